// Packs the package as published, and installs it with npm in an empty folder.
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Finished, repository, run } from "./run-process.ts";

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dependencies?: Readonly<Record<string, string>> }>>;
}

function npm(args: readonly string[], cwd: string): Promise<Finished> {
  const script = process.env["npm_execpath"];
  return script === undefined ? run("npm", args, cwd) : run(process.execPath, [script, ...args], cwd);
}

/** Packs a package into a folder, by default the built one of this repository; returns the tarball's path. */
export async function pack(folder: string, path: string = repository): Promise<string> {
  const { code, output } = await npm(["pack", "--ignore-scripts", "--pack-destination", folder], path);
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  if (code !== 0 || tarball === undefined) throw new Error(`npm pack failed: ${output}`);
  return join(folder, tarball);
}

/** The folder in which the packed package is installed, with some of the packages that this repository uses. */
export async function installPacked(...others: readonly string[]): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "agentexchange-packed-"));
  const tarball = await pack(home);
  const manifest = JSON.parse(await readFile(`${repository}package.json`, "utf8")) as { dependencies: object };
  const lock = JSON.parse(await readFile(`${repository}package-lock.json`, "utf8")) as Lock;
  // With this repository's lock entries, npm installs from its cache, without requests to a registry.
  const names = new Set([...Object.keys(manifest.dependencies), ...others]);
  for (const name of names)
    for (const needed of Object.keys(lock.packages[`node_modules/${name}`]?.dependencies ?? {})) names.add(needed);
  const entries = [...names].map((name) => `node_modules/${name}`);
  const root = { name: "consumer", version: "1.0.0" };
  const packages = {
    "": root,
    ...Object.fromEntries(entries.map((path) => [path, { ...lock.packages[path], dev: undefined }])),
  };
  const write = (name: string, content: object): Promise<void> => writeFile(join(home, name), JSON.stringify(content));
  await write("package.json", { ...root, private: true, type: "module" });
  await write("package-lock.json", { ...root, lockfileVersion: 3, requires: true, packages });
  const flags = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", `--prefix=${home}`];
  const versions = others.map(
    (name) => `${name}@${(lock.packages[`node_modules/${name}`] as { version?: string }).version ?? ""}`,
  );
  const install = await npm(["install", ...flags, tarball, ...versions], home);
  if (install.code !== 0) throw new Error(`npm install failed: ${install.output}`);
  return home;
}

import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/** The name that stands in the template's files for the project's. */
const PLACEHOLDER = "my-bot";

/** Names that npm would change or leave out of a package, as they are in the template. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: ".gitignore" };

/** What tests and trials in the template's own folder leave there. */
const LEFT_OUT: ReadonlySet<string> = new Set(["node_modules", ".wrangler", ".dev.vars", "package-lock.json"]);

interface Manifest {
  readonly name: string;
  readonly version: string;
}

/** The folder of this package, above the running file. */
export function packageFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "worker/wrangler.toml"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("The package is incomplete: its template is missing.");
    folder = parent;
  }
  return folder;
}

/**
 * Copies the template of a Worker into a folder that is missing or empty.
 *
 * @returns the paths of the files, sorted
 */
export async function copyTemplate(from: string, to: string, name: string): Promise<readonly string[]> {
  const template = join(from, "worker");
  const source = packageSource(from);
  const entries = await readdir(template, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(template.length + 1))
    .filter((path) => !path.split(/[\\/]/).some((part) => LEFT_OUT.has(part)));
  const written = await Promise.all(
    files.map(async (path) => {
      const text = await readFile(join(template, path), "utf8");
      const target = RENAMED[path] ?? path;
      await write(join(to, target), adapt(path, text, name, source));
      return target.replaceAll("\\", "/");
    }),
  );
  await write(
    join(to, ".dev.vars"),
    `# Secrets of wrangler dev; never commit this file.\nADMIN_TOKEN="${randomToken()}"\n`,
  );
  return [...written, ".dev.vars"].toSorted();
}

function adapt(path: string, text: string, name: string, source: string): string {
  const named = text.replaceAll(PLACEHOLDER, name);
  return path === "package.json"
    ? named.replace(/("agentexchange": ")[^"]*"/, () => `"agentexchange": ${JSON.stringify(source)}`)
    : named;
}

/** Where npm gets this package: its version, or the file or folder that it comes from if it is not from a registry. */
function packageSource(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const modules = dirname(folder);
  if (!/[\\/]node_modules$/.test(modules)) return `file:${folder}`;
  const lock = join(modules, ".package-lock.json");
  if (!existsSync(lock)) return version;
  const { packages } = JSON.parse(readFileSync(lock, "utf8")) as {
    readonly packages?: Readonly<Record<string, { readonly resolved?: string }>>;
  };
  const [, path] = /^file:(.*)$/.exec(packages?.["node_modules/agentexchange"]?.resolved ?? "") ?? [];
  return path === undefined ? version : `file:${resolve(dirname(modules), path)}`;
}

function randomToken(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  // Never over something that is there.
  await writeFile(path, text, { flag: "wx" });
}

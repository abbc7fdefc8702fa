// Bundles the entries into dist/bundled for Node, Deno and Bun, which would otherwise read and link 250 files to import
// the client. Entries share chunks, so that each class exists once. Bundlers get the single files: from those they can
// drop more. ky is included, with its licence, because its 40 files are a sixth of an import's time.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const repository = new URL("../", import.meta.url);

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly node?: string; readonly default: string }>>;
}

const { exports, dependencies, peerDependencies } = JSON.parse(
  readFileSync(new URL("package.json", repository), "utf8"),
) as Manifest;
// Durable Objects exist in Workers only, so their entry is not among these.
const entries = Object.values(exports).flatMap((target) =>
  typeof target === "string" || target.node === undefined ? [] : [{ node: target.node, default: target.default }],
);
const others = Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => name !== "ky");
const licence = readFileSync(new URL("node_modules/ky/license", repository), "utf8").trim();
const bundled = new URL("dist/bundled/", repository);

const { outputFiles } = await build({
  absWorkingDir: fileURLToPath(repository),
  entryPoints: entries.map((entry) => ({
    in: entry.default,
    out: entry.node.replace(/^\.\/dist\/bundled\/|\.js$/g, ""),
  })),
  outdir: fileURLToPath(bundled),
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  external: others.flatMap((name) => [name, `${name}/*`]),
  platform: "node",
  format: "esm",
  target: "node22",
  write: false,
});
for (const { path, text } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  // Imports without names only load the chunk, which has no side effects. Bundlers warn about them.
  const code = text.replaceAll(/^import "\.[^"]+";\n/gm, "");
  const banner = code.includes("// node_modules/ky/") ? `/*! ky ${dependencies["ky"]}\n\n${licence}\n*/\n` : "";
  writeFileSync(path, banner + code);
}

// Bundles the program into dist/cli, so that it starts fast and users of the client do not install a server's libraries.
// Commands are chunks of their own, loaded when they are used.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const repository = new URL("../", import.meta.url);
const cli = new URL("dist/cli/", repository);

/** Modules that are replaced by something smaller, because loading them takes longer than the rest of a short command. */
const REPLACED: Readonly<Record<string, string>> = {
  // Importing these as modules reads all of their properties. Some take milliseconds to compute, others load undici.
  "node:process": "export default globalThis.process;",
  "node:http":
    'const http = globalThis.process.getBuiltinModule("node:http"); export default http;' +
    "export const { Agent, createServer, IncomingMessage, request, ServerResponse, STATUS_CODES } = http;",
  // The client calls ky without its retries, timeouts and checks; what is left is a call of the given fetch.
  ky: "export default (_url, { fetch }) => fetch();",
};

const fastStart: Plugin = {
  name: "fast start",
  setup(bundler) {
    const names = new RegExp(`^(${Object.keys(REPLACED).join("|")})$`);
    bundler.onResolve({ filter: names }, ({ path }) => ({ path, namespace: "replaced", sideEffects: false }));
    bundler.onLoad({ filter: /.*/, namespace: "replaced" }, ({ path }) => ({ contents: REPLACED[path] ?? "" }));
    const classes = JSON.stringify(fileURLToPath(new URL("light/fetchClasses.js", cli)));
    const users = /\/dist\/(?:transport\/fetchReply|node\/nodeResponse)\.js$/;
    bundler.onLoad({ filter: users }, ({ path }) => ({
      contents: `import { Headers, Request, Response } from ${classes};\n${readFileSync(path, "utf8")}`,
    }));
  },
};

const { outputFiles, metafile } = await build({
  absWorkingDir: fileURLToPath(repository),
  entryPoints: ["dist/cli/main.js"],
  outdir: fileURLToPath(cli),
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  // Optional accelerators of ws.
  external: ["bufferutil", "utf-8-validate"],
  platform: "node",
  format: "esm",
  target: "node22",
  plugins: [fastStart],
  metafile: true,
  write: false,
});

/** The packages whose code a bundled file contains. */
function packagesIn(path: string): string[] {
  const [, output] =
    Object.entries(metafile.outputs).find(([name]) => fileURLToPath(new URL(name, repository)) === path) ?? [];
  const found = Object.keys(output?.inputs ?? {}).flatMap((input) => {
    const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
    return name === undefined ? [] : [name];
  });
  return [...new Set(found)];
}

function licenceOf(name: string): string {
  const folder = new URL(`node_modules/${name}/`, repository);
  const { version } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8")) as { readonly version: string };
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} is bundled, but has no licence file`);
  return `/*! ${name} ${version}\n\n${readFileSync(new URL(file, folder), "utf8").trim().replaceAll("*/", "* /")}\n*/\n`;
}

// The single files are not needed; the program exports no types.
rmSync(cli, { recursive: true });
for (const { path, text } of outputFiles) {
  const packages = packagesIn(path);
  // ws is CommonJS and requires modules of Node, through a function that esbuild puts into one of the chunks.
  const require = text.includes("Dynamic require of")
    ? 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);\n'
    : "";
  mkdirSync(dirname(path), { recursive: true });
  const [shebang = ""] = /^#!.*\n/.exec(text) ?? [];
  writeFileSync(path, shebang + packages.map(licenceOf).join("") + require + text.slice(shebang.length));
}

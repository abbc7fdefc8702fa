// Bundles the CLI's two libraries into dist, so that users of the client do not install a server's dependencies.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const repository = new URL("../", import.meta.url);
const cli = new URL("dist/cli/", repository);

/** Specifiers the CLI imports and the bundled files that replace them. */
const LIBRARIES = [
  { name: "srvx", specifier: "srvx/node", file: "srvx.js" },
  { name: "ws", specifier: "ws", file: "ws.js" },
] as const;

for (const { name, specifier, file } of LIBRARIES) {
  const folder = new URL(`node_modules/${name}/`, repository);
  const { version } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8")) as { readonly version: string };
  const licence = readFileSync(new URL("LICENSE", folder), "utf8").trim().replaceAll("*/", "* /");
  await build({
    stdin: { contents: `export * from "${specifier}";`, resolveDir: fileURLToPath(repository) },
    outfile: fileURLToPath(new URL(`libraries/${file}`, cli)),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22",
    // Optional accelerators of ws.
    external: ["bufferutil", "utf-8-validate"],
    banner: {
      js: [
        `/*! ${name} ${version}\n\n${licence}\n*/`,
        // The library is CommonJS and requires modules of Node.
        ...(name === "ws"
          ? ['import { createRequire } from "node:module";', "const require = createRequire(import.meta.url);"]
          : []),
      ].join("\n"),
    },
  });
}

for (const file of readdirSync(cli)) {
  const path = new URL(file, cli);
  // The CLI exports no types, and its libraries' types are not installed.
  if (file.endsWith(".d.ts")) rmSync(path);
  if (!file.endsWith(".js")) continue;
  let text = readFileSync(path, "utf8");
  for (const { specifier, file: library } of LIBRARIES)
    text = text.replaceAll(`from "${specifier}"`, `from "./libraries/${library}"`);
  writeFileSync(path, text);
}

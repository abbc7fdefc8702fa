// Bundle sizes for a page, minified and gzipped.
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { build as viteBuild, type Rolldown } from "vite";

const modules = ["ky", "decimal.js", "valibot"] as const;

export interface Sizes {
  /** Bytes at gzip level 9: everything, including the HMAC for pages without WebCrypto. */
  readonly whole: number;
  /** Bytes a page loads initially. */
  readonly firstLoad: number;
  /** Bytes of the package's own code. */
  readonly own: number;
  /** Bytes of own code behind `agentexchange/exchange`. */
  readonly exchange: number;
  /** The same bundled by Vite, which drops unused calls across files; includes the required parts of valibot. */
  readonly exchangeByVite: number;
}

async function gzipped(entry: string, external: readonly string[], splitting: boolean): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    splitting,
    outdir: "out",
    write: false,
    external: [...external],
  });
  const main = outputFiles.filter(({ path }) => !splitting || /(index|chunk-[^/]*)\.js$/.test(path));
  return main.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
}

async function gzippedByVite(entry: string, external: readonly string[]): Promise<number> {
  const built = (await viteBuild({
    configFile: false,
    logLevel: "silent",
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      rolldownOptions: {
        input: fileURLToPath(new URL(entry, import.meta.url)),
        external: [...external],
        preserveEntrySignatures: "strict",
      },
    },
  })) as Rolldown.RolldownOutput;
  return built.output.reduce(
    (sum, part) => sum + (part.type === "chunk" ? gzipSync(part.code, { level: 9 }).length : 0),
    0,
  );
}

export async function sizeBench(): Promise<Sizes> {
  const entry = "../dist/index.js";
  return {
    whole: await gzipped(entry, [], false),
    firstLoad: await gzipped(entry, [], true),
    own: await gzipped(entry, [...modules, "@noble/hashes/*"], false),
    exchange: await gzipped("../dist/exchange/index.js", [...modules, "@noble/hashes/*"], false),
    exchangeByVite: await gzippedByVite("../dist/exchange/index.js", [
      "decimal.js",
      "@noble/hashes/hmac.js",
      "@noble/hashes/sha2.js",
    ]),
  };
}

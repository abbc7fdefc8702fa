// Bundles code that uses the built package as a page's build does, minified, and measures it with gzip.
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { build as viteBuild, type Rolldown } from "vite";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));

/** Bytes at gzip level 9. */
export interface Size {
  /** What a page loads initially: the entry and everything that it imports statically. */
  readonly first: number;
  /** The same, and everything that it may load later. */
  readonly all: number;
}

/** Bundles a module, given as text with imports relative to dist/, with esbuild. */
export async function sizeByEsbuild(code: string, external: readonly string[] = []): Promise<Size> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: dist, sourcefile: "entry.js" },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    splitting: true,
    outdir: "out",
    write: false,
    metafile: true,
    external: ["node:*", "cloudflare:*", ...external],
  });
  const isFirst = initialFiles(metafile);
  const sizes = outputFiles.map(({ path, contents }) => {
    const name = Object.keys(metafile.outputs).find((output) => path.replaceAll("\\", "/").endsWith(`/${output}`));
    return [name !== undefined && isFirst.has(name), gzipSync(contents, { level: 9 }).length] as const;
  });
  return sum(sizes);
}

/** The output files that the entry imports statically, and itself. Chunks that are imported later count as entries, too. */
function initialFiles({ outputs }: Metafile): ReadonlySet<string> {
  const initial = new Set(Object.keys(outputs).filter((name) => outputs[name]?.entryPoint?.endsWith("entry.js")));
  // Also visits the files that are added meanwhile.
  for (const name of initial)
    for (const { path, kind } of outputs[name]?.imports ?? [])
      if (kind === "import-statement" && path in outputs) initial.add(path);
  return initial;
}

/** The same with Vite, which drops unused calls across files. */
export async function sizeByVite(code: string, external: readonly string[] = []): Promise<Size> {
  const entry = `${dist}size-entry.js`;
  const { output } = (await viteBuild({
    configFile: false,
    logLevel: "silent",
    plugins: [
      { name: "entry", resolveId: (id) => (id === entry ? id : null), load: (id) => (id === entry ? code : null) },
    ],
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      rolldownOptions: {
        input: entry,
        external: [/^(?:node|cloudflare):/, ...external],
        preserveEntrySignatures: "strict",
      },
    },
  })) as Rolldown.RolldownOutput;
  const chunks = output.filter((part) => part.type === "chunk");
  const initial = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const name of initial)
    for (const imported of chunks.find(({ fileName }) => fileName === name)?.imports ?? [])
      if (chunks.some(({ fileName }) => fileName === imported)) initial.add(imported);
  return sum(
    chunks.map(({ fileName, code: text }) => [initial.has(fileName), gzipSync(text, { level: 9 }).length] as const),
  );
}

function sum(sizes: readonly (readonly [isFirst: boolean, bytes: number])[]): Size {
  return {
    first: sizes.reduce((total, [isFirst, bytes]) => (isFirst ? total + bytes : total), 0),
    all: sizes.reduce((total, [, bytes]) => total + bytes, 0),
  };
}

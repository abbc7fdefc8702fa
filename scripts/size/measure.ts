import { sizeByEsbuild, sizeByVite, type Size } from "./bundle.ts";
import { entries } from "./entries.ts";

/** The sizes of one use of the package. */
export interface Sizes {
  readonly esbuild: Size;
  readonly vite: Size;
}

export async function measureSizes(): Promise<Readonly<Record<string, Sizes>>> {
  const sizes: Record<string, Sizes> = {};
  for (const [name, code] of Object.entries(entries))
    sizes[name] = { esbuild: await sizeByEsbuild(code), vite: await sizeByVite(code) };
  return sizes;
}

/** A table in KiB for people. */
export function sizeTable(sizes: Readonly<Record<string, Sizes>>): string {
  const kib = (bytes: number): string => (bytes / 1024).toFixed(1).padStart(7);
  const rows = Object.entries(sizes).map(
    ([name, { esbuild, vite }]) =>
      `${name.padEnd(46)}${kib(esbuild.first)}${kib(esbuild.all)}${kib(vite.first)}${kib(vite.all)}`,
  );
  return [
    "KiB, minified and gzipped, all dependencies".padEnd(46) + "       esbuild          Vite",
    `${"".padEnd(46)}  first    all  first    all`,
    ...rows,
  ].join("\n");
}

const MARKED = /(<!-- sizes: written by npm run size -->\n).*?(<!-- end of sizes -->)/s;

/** The page docs/core.md with its table brought up to date. */
export function withSizes(page: string, sizes: Readonly<Record<string, Sizes>>): string {
  const rows = Object.entries(sizes)
    .filter(([name]) => name.includes(": "))
    .map(([name, { vite }]) => `| ${name.replace(/^(.*?): /, "`$1`: ")} | ${(vite.first / 1024).toFixed(1)} |`);
  const table = ["| import | first script |", "| --- | --- |", ...rows].join("\n");
  return page.replace(MARKED, (_match, start: string, end: string) => `${start}\n${table}\n\n${end}`);
}

// The types that src/index.ts exports from src/endpoints: those that public signatures name.
const BLOCK = /(export type \{\n)((?: {2}\w+,\n)+)(\} from "\.\/endpoints\/index\.ts";)/;

/** `src/index.ts` with the missing types added to its block of endpoint types, and those that are not needed removed. */
export function updateRootExports(source: string, missing: readonly string[], unneeded: readonly string[]): string {
  return source.replace(BLOCK, (_match, start: string, block: string, end: string) => {
    const names = new Set([...block.matchAll(/\w+/g)].map(([name]) => name));
    for (const name of missing) names.add(name);
    for (const name of unneeded) names.delete(name);
    const lines = [...names]
      .toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
      .map((name) => `  ${name},\n`);
    return start + lines.join("") + end;
  });
}

/** The body of a step's file as a program of its own, which prints what the step tells. */
export function programOf(source: string): string {
  const lines = source.trimEnd().split("\n");
  const start = lines.findIndex((line) => line.startsWith("export async function run("));
  const imports = lines.slice(0, start).filter((line) => !line.includes("./tell.ts"));
  const body = lines
    .slice(start + 1, -1)
    .map((line) => line.replace(/^ {2}/, "").replaceAll(/\btell\(/g, "console.log("));
  return [...imports, ...body].join("\n");
}

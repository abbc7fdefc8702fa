// Turns each TSDoc example of src/ into a module.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AgentExchangeClient, ConnectionOptions } from "../../src/index.ts";
import type { Exchange, ManualMarket } from "../../src/exchange/index.ts";
import { repository } from "./run-process.ts";

/** Variables in scope of an example, in addition to the package's exports. */
export interface Context {
  readonly client: AgentExchangeClient;
  readonly connection: ConnectionOptions;
  readonly exchange: Exchange<ManualMarket>;
  readonly error: unknown;
}

export interface Example {
  /** Its location, such as `src/client/market.ts:40`. */
  readonly place: string;
  readonly code: string;
  /** The generated module; its default export runs the example. */
  readonly module: string;
}

const folder = `${repository}test/.tsdoc/`;

/** Writes all examples as modules, with a tsconfig.json to type-check them. */
export function writeExamples(exported: Readonly<Record<string, readonly string[]>>): readonly Example[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Durable Objects run in Workers only; test/workerd runs their examples.
  const examples = globSync("src/**/*.ts", { cwd: repository, exclude: ["src/workers/**"] })
    .map((path) => path.replaceAll("\\", "/"))
    .toSorted()
    .flatMap(examplesIn);
  for (const { code, module, place } of examples) writeFileSync(module, moduleOf(code, place, exported));
  writeFileSync(
    `${folder}tsconfig.json`,
    JSON.stringify({ extends: "../tsconfig.json", files: examples.map(({ module }) => module), include: [] }),
  );
  return examples;
}

export const project: string = folder;

function examplesIn(path: string): Example[] {
  const text = readFileSync(repository + path, "utf8");
  return [...text.matchAll(/^ *\* ```ts\n(.*?)^ *\* ```$/gms)].map(({ 1: block = "", index }) => {
    const line = text.slice(0, index).split("\n").length;
    const code = block.replace(/^ *\* ?/gm, "");
    return {
      place: `${path}:${line}`,
      code,
      module: `${folder}${path.replace(/^src\/|\.ts$/g, "").replaceAll("/", "-")}-${line}.ts`,
    };
  });
}

function moduleOf(code: string, place: string, exported: Readonly<Record<string, readonly string[]>>): string {
  const isImport = (line: string): boolean => line.startsWith("import ");
  const lines = code.split("\n");
  const own = lines.filter(isImport);
  const used = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(code);
  const imports = Object.entries(exported).flatMap(([from, names]) => {
    const needed = names.filter((name) => used(name) && !own.some((line) => line.includes(name)));
    return needed.length === 0 ? [] : [`import { ${needed.join(", ")} } from ${JSON.stringify(from)};`];
  });
  const scope = ["client", "connection", "exchange", "error"].filter(used);
  return [
    `// ${place}`,
    ...own,
    ...imports,
    'import type { Context } from "../support/tsdoc.ts";',
    `export default async function example({ ${scope.join(", ")} }: Context): Promise<void> {`,
    "{", // a block, so that an example can declare its own client
    ...lines.filter((line) => !isImport(line)),
    "}",
    "}",
    "",
  ].join("\n");
}

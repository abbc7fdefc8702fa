// The server package brings a validator and 85 kB: only programs that import agentexchange/mcp may get it.
import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { repository } from "../support/run-process.ts";

type Target = string | { readonly default: string };
const { exports } = JSON.parse(readFileSync(`${repository}package.json`, "utf8")) as {
  readonly exports: Readonly<Record<string, Target>>;
};
const entries = Object.entries(exports).flatMap(([name, target]) =>
  typeof target === "string" ? [] : [[name, target.default] as const],
);

/** The files of a bundle with all dependencies. */
async function inputsOf(entry: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    platform: "node",
    // Exists in Workers only.
    external: ["cloudflare:workers"],
    metafile: true,
    write: false,
  });
  return Object.keys(metafile.inputs);
}

test.for(entries.filter(([name]) => name !== "./mcp"))("%s has nothing of MCP", async ([, entry]) => {
  const inputs = await inputsOf(entry);
  expect(inputs.length).toBeGreaterThan(0);
  expect(inputs.filter((file) => /modelcontextprotocol|node_modules\/zod|dist\/mcp\//.test(file))).toEqual([]);
});

test("./mcp has neither the embedded exchange nor anything of Node", async () => {
  const entry = entries.find(([name]) => name === "./mcp")?.[1] ?? "";
  const inputs = await inputsOf(entry);
  expect(inputs.some((file) => file.includes("@modelcontextprotocol/server"))).toBe(true);
  expect(inputs.filter((file) => /dist\/(?:exchange|node|cli)\//.test(file))).toEqual([]);
});

// What the built program loads before its first output: little, so that it starts fast. bench/cli.ts measures the time.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { onNode, runProgram } from "../support/cliProcess.ts";
import { repository } from "../support/run-process.ts";

const main = `${repository}dist/cli/main.js`;

/** The files that a bundled file imports statically, itself included, with their texts. */
function loadedBy(...starts: readonly string[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const visit = (path: string): void => {
    if (texts.has(path)) return;
    const text = readFileSync(path, "utf8");
    texts.set(path, text);
    for (const [, name = ""] of text.matchAll(/(?:^|[;}\n])import(?:[^"'();]*from)?\s*"(\.[^"]+)"/g))
      visit(join(dirname(path), name));
  };
  for (const start of starts) visit(start);
  return texts;
}

/** The file of a chunk that a bundled file loads later. */
function chunk(name: string): string {
  const found = new RegExp(`import\\("\\.\\/(chunks\\/${name}-[^"]+)"\\)`).exec(
    [...loadedBy(main).values()].join("\n"),
  );
  return join(dirname(main), found?.[1] ?? `no chunk ${name}`);
}

const sizeOf = (texts: ReadonlyMap<string, string>): number =>
  [...texts.values()].reduce((sum, text) => sum + text.length, 0);

test("help loads next to nothing, commands with a client no server and no exchange", () => {
  expect(sizeOf(loadedBy(main))).toBeLessThan(16 * 1024);
  const client = loadedBy(main, chunk("clientCommands"));
  expect(client.size).toBeLessThan(24);
  expect(sizeOf(client)).toBeLessThan(400 * 1024);
  const text = [...client.values()].join("\n");
  for (const foreign of ["/*! ws ", "/*! srvx ", "createExchange(", "DatabaseSync"])
    expect(text).not.toContain(foreign);
});

test("each file with a library has its licence", () => {
  const client = loadedBy(main, chunk("clientCommands"));
  const licensed = [...client.values()].filter((text) => text.includes("/*! "));
  expect(licensed.length).toBeGreaterThan(0);
  for (const text of licensed) expect(text).toMatch(/Permission (is hereby granted|to use, copy)/);
});

test("the start does not depend on the folder or on a home", async () => {
  const { code, stdout, stderr } = await runProgram(
    ["sh", "-c"],
    [`cd / && '${onNode.join("' '")}' price BTCUSDT --json`],
    { HOME: "/nonexistent" },
  );
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true });
});

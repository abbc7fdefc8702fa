// ErrorCode lists every code that the client creates and every code in the recordings.
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { exchanges } from "../fixtures/rest.ts";
import { repository } from "../support/run-process.ts";

const read = (path: string): string => readFileSync(repository + path, "utf8");
const listed = new Set([...read("src/errors/codes.ts").matchAll(/"([A-Z_]+)"/g)].map(([, code]) => code));

test("ErrorCode contains every code that the client creates", () => {
  const sources = globSync("src/{client,endpoints,errors,stream,transport,webhooks}/**/*.ts", { cwd: repository });
  const created = sources.flatMap((path) => [...read(path).matchAll(/\bcode: "([A-Z_]+)"/g)].map(([, code]) => code));
  expect(created.length).toBeGreaterThan(10);
  expect(created.filter((code) => !listed.has(code))).toEqual([]);
});

test("ErrorCode contains every code in the recordings", () => {
  const sent = exchanges.flatMap(({ response }) =>
    [...response.body.matchAll(/"code": ?"([A-Z_]+)"/g)].map(([, code]) => code),
  );
  expect(sent.length).toBeGreaterThan(10);
  expect(sent.filter((code) => !listed.has(code))).toEqual([]);
});

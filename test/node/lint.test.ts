// Lints sources that each violate one rule, in a copy of this folder layout, and expects that rule to report it.
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { repository, run, tool } from "../support/run-process.ts";

const imports = (from: string): string => `import { x } from "${from}";\nexport const y: unknown = x;\n`;
const says = (code: string): string => `export const y: unknown = ${code};\n`;

/** The rule that must report an error, the source's path, and the source. */
const refused: readonly (readonly [rule: string, file: string, source: string])[] = [
  ["project(rooms)", "wire/a.ts", imports("../errors/index.ts")],
  ["project(rooms)", "wire/b.ts", imports("ky")],
  ["project(rooms)", "errors/a.ts", imports("../endpoints/index.ts")],
  ["project(rooms)", "errors/b.ts", imports("valibot")],
  ["project(rooms)", "endpoints/market/a.ts", imports("../../transport/index.ts")],
  ["project(rooms)", "endpoints/market/b.ts", imports("decimal.js")],
  ["project(rooms)", "signing/a.ts", imports("../wire/index.ts")],
  ["project(rooms)", "transport/a.ts", imports("../client/index.ts")],
  ["project(rooms)", "transport/b.ts", imports("valibot")],
  ["project(rooms)", "client/a.ts", imports("../exchange/index.ts")],
  ["project(rooms)", "client/b.ts", imports("ky")],
  ["project(rooms)", "stream/a.ts", imports("../client/index.ts")],
  ["project(rooms)", "exchange/a.ts", imports("../client/index.ts")],
  ["project(rooms)", "exchange/b.ts", imports("../transport/index.ts")],
  ["project(rooms)", "exchange/c.ts", imports("valibot")],
  ["project(rooms)", "exchange/d.ts", 'export * from "../errors/index.ts";\n'],
  ["project(rooms)", "exchange/e.ts", 'export const y: Promise<unknown> = import("../client/index.ts");\n'],
  ["project(rooms)", "exchange/f.ts", 'export type Y = import("../client/index.ts").Y;\n'],
  ["project(rooms)", "exchange/base/a.ts", imports("../time/clock.ts")],
  ["project(rooms)", "exchange/market/a.ts", imports("../engine/state.ts")],
  ["project(rooms)", "exchange/engine/a.ts", imports("../http/route.ts")],
  ["project(rooms)", "exchange/engine/trading/a.ts", imports("../../http/route.ts")],
  ["project(rooms)", "exchange/http/a.ts", imports("../stream/index.ts")],
  ["project(rooms)", "exchange/persistence/a.ts", imports("../exchange.ts")],
  ["project(rooms)", "exchange/persistence/b.ts", imports("node:fs")],
  ["project(rooms)", "exchange/newcomer/a.ts", imports("../base/amount.ts")],
  ["import(no-cycle)", "wire/circleA.ts", 'import type { B } from "./circleB.ts";\nexport type A = B | 1;\n'],
  ["import(no-cycle)", "wire/circleB.ts", 'import type { A } from "./circleA.ts";\nexport type B = readonly A[];\n'],
  ["project(rooms)", "newcomer/a.ts", imports("../wire/index.ts")],
  ["project(rooms)", "client/c.ts", imports("../../scripts/clean.ts")],
  ["project(rooms)", "client/d.ts", imports("node:fs")],
  ["project(rooms)", "client/e.ts", imports("fs")],
  ["project(rooms)", "client/f.ts", imports("fast-check")],
  ["project(only-re-exports)", "index.ts", says("1")],
  ["project(no-enum)", "wire/enum.ts", 'export enum Side {\n  Buy = "buy",\n}\n'],
  ["eslint(no-restricted-globals)", "wire/buffer.ts", says("Buffer.from([])")],
  ["eslint(no-restricted-globals)", "wire/process.ts", says("process.env")],
  ["eslint(no-restricted-globals)", "wire/require.ts", says('require("ky")')],
  ["eslint(no-restricted-globals)", "transport/timeout.ts", "setTimeout(() => {}, 1);\n"],
  ["eslint(no-restricted-globals)", "exchange/interval.ts", "setInterval(() => {}, 1);\n"],
  ["eslint(no-restricted-globals)", "transport/performance.ts", says("performance.now()")],
  ["eslint(no-restricted-properties)", "exchange/random.ts", says("Math.random()")],
  ["eslint(no-restricted-properties)", "transport/now.ts", says("Date.now()")],
  ["eslint(no-restricted-properties)", "transport/global.ts", "globalThis.setTimeout(() => {}, 1);\n"],
  ["eslint(no-restricted-properties)", "transport/signal.ts", says("AbortSignal.timeout(1)")],
  ["project(no-current-time)", "exchange/date.ts", says("new Date()")],
  ["project(no-current-time)", "transport/date.ts", says("Date()")],
  ["eslint(no-console)", "wire/console.ts", "console.log(1);\n"],
  ["eslint(max-lines)", "wire/long.ts", "// one more line\n".repeat(401)],
  ["import(no-default-export)", "wire/default.ts", "export default 1;\n"],
  ["typescript(no-explicit-any)", "wire/any.ts", "export const y: any = 1;\n"],
  ["typescript(no-namespace)", "wire/namespace.ts", "export namespace Wire {\n  export const y = 1;\n}\n"],
  ["typescript(no-unsafe-return)", "wire/unsafe.ts", 'export const y = (): object => JSON.parse("{}");\n'],
  ["typescript(no-floating-promises)", "wire/floating.ts", "Promise.reject(new Error());\n"],
];

/** Sources the same rules must accept. */
const accepted: readonly (readonly [file: string, source: string])[] = [
  ["transport/clock.ts", "setTimeout(() => {}, Date.now());\n"],
  ["exchange/time/clock.ts", says("new Date()")],
  ["exchange/instant.ts", says("new Date(1)")],
  ["exchange/g.ts", imports("./stream/index.ts")],
  ["exchange/engine/trading/b.ts", imports("../../market/market.ts")],
  ["exchange/sqlite/a.ts", imports("node:fs")],
  ["signing/hmac.ts", imports("@noble/hashes/hmac.js")],
  ["endpoints/market/webhooks/a.ts", imports("../../orders/a.ts")],
  ["endpoints/market/c.ts", imports("../../wire/index.ts")],
];

let home = "";
const complaints = new Map<string, string[]>();

interface Report {
  readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
}

async function place(file: string, source: string): Promise<void> {
  await mkdir(join(home, "src", dirname(file)), { recursive: true });
  await writeFile(join(home, "src", file), source);
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "agentexchange-lint-"));
  for (const name of ["oxlint.config.ts", "scripts/lint", "tsconfig.json", "package.json"]) {
    await cp(repository + name, join(home, name), { recursive: true });
  }
  await symlink(`${repository}node_modules`, join(home, "node_modules"), "junction");
  for (const [, file, source] of refused) await place(file, source);
  for (const [file, source] of accepted) await place(file, source);
  const { output } = await run(tool("oxlint"), ["--format=json", "src"], home);
  for (const { code, filename } of (JSON.parse(output) as Report).diagnostics) {
    const file = filename.replaceAll("\\", "/").replace(/^.*src\//, "");
    complaints.set(file, [...(complaints.get(file) ?? []), code]);
  }
}, 60_000);

afterAll(() => rm(home, { recursive: true, force: true }));

test.for(refused)("%s rejects src/%s", ([rule, file]) => {
  expect(complaints.get(file)).toContain(rule);
});

test.for(accepted)("src/%s is accepted", ([file]) => {
  expect(complaints.get(file)).toBeUndefined();
});

// A client leaves nothing behind that keeps a program alive, and no memory.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { serve, type RunningServer } from "../support/server.ts";
import { repository, run } from "../support/run-process.ts";
import * as answers from "../support/answers.ts";

let server: RunningServer;
let folder = "";

beforeAll(async () => {
  server = await serve((request) => (request.url.includes("/market/") ? answers.price() : answers.balance()));
  folder = await mkdtemp(join(tmpdir(), "agentexchange-leaks-"));
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a program that imports the sources. It must end without being killed. */
async function program(text: string, ...flags: readonly string[]): Promise<unknown> {
  const file = join(folder, "program.ts");
  const head = `import { AgentExchangeClient } from ${JSON.stringify(`${repository}src/index.ts`)};\nconst serverUrl = ${JSON.stringify(server.url)}, faults = ${JSON.stringify(inject("serverUrl"))};\n`;
  await writeFile(file, head + text);
  const { code, output } = await run(process.execPath, [...flags, file]);
  expect(code, output).toBe(0);
  return JSON.parse(output.trim().split("\n").at(-1) ?? "");
}

test.each([
  ["the built-in fetch", ""],
  ["nodeFetch", `globalThis.fetch = (await import(${JSON.stringify(`${repository}src/node/index.ts`)})).nodeFetch;`],
])(
  "nothing keeps the program alive after a thousand calls, aborts and timeouts over %s",
  { timeout: 60_000 },
  async (_name, setUp) => {
    const result = await program(`
    ${setUp}
    const options = { apiKey: "ak_live_x", rateLimit: false, retry: { baseDelay: 1 } };
    const client = new AgentExchangeClient({ ...options, baseUrl: serverUrl });
    const broken = ["hang", "hang-body", "reset-before", "truncate", "close-after-500", "html-502", "empty-500"].map(
      (fault) => new AgentExchangeClient({ ...options, baseUrl: faults + "/fault/" + fault, timeout: 300 }),
    );
    const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" };
    const kinds = {};
    const count = (what) => { kinds[what] = (kinds[what] ?? 0) + 1; };
    const settle = (work) => work.then(() => count("done"), (error) => count(error?.name ?? String(error)));
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 100 }, (_, index) => {
        if (index % 4 === 0) return settle(client.getPrice("BTCUSDT"));
        const bad = broken[index % broken.length];
        if (index % 4 === 1) {
          const caller = new AbortController();
          const work = settle(bad.getPrice("BTCUSDT", { signal: caller.signal }));
          setTimeout(() => caller.abort(new Error("enough")), index % 7);
          return work;
        }
        return settle(index % 4 === 2 ? bad.getBalance() : bad.placeMarketOrder(order));
      }));
    }
    await Promise.all([client, ...broken].map((one) => one.close()));
    // A connection whose call ended while it was being opened closes when the system reports it.
    let kept = [];
    for (let look = 0; look === 0 || (kept.length > 0 && look < 250); look++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      kept = process.getActiveResourcesInfo().filter((name) => !/^(Pipe|TTY|File|FSReq)/.test(name));
    }
    console.log(JSON.stringify({ kinds, kept }));
  `);
    const { kinds, kept } = result as {
      readonly kinds: Readonly<Record<string, number>>;
      readonly kept: readonly string[];
    };
    expect(Object.values(kinds).reduce((sum, count) => sum + count, 0)).toBe(1000);
    expect(kinds["done"]).toBe(250);
    for (const name of ["TimeoutError", "ConnectionError", "OrderOutcomeUnknownError", "ServerError", "Error"])
      expect(kinds[name]).toBeGreaterThan(0);
    expect(kept).toEqual([]);
  },
);

test("twenty thousand calls with one long-lived signal use no additional memory", { timeout: 60_000 }, async () => {
  const result = await program(
    `
    const answer = JSON.stringify({ symbol: "BTCUSDT", price: "61250.40", timestamp: "2026-03-05T14:07:31Z" });
    const client = new AgentExchangeClient({ fetch: async () => new Response(answer) });
    const { signal } = new AbortController();
    const used = async () => { for (let turn = 0; turn < 4; turn++) { await new Promise((resolve) => setTimeout(resolve, 5)); gc(); } return process.memoryUsage().heapUsed; };
    const calls = async (count) => { for (let index = 0; index < count; index++) await client.getPrice("BTCUSDT", { signal }); };
    // Compiled code is kept once, and all of it exists by now.
    await calls(20000);
    const before = await used();
    await calls(20000);
    console.log(JSON.stringify({ grown: (await used()) - before }));
  `,
    "--expose-gc",
  );
  // 100 bytes per call would be two million.
  expect((result as { readonly grown: number }).grown).toBeLessThan(1_000_000);
});

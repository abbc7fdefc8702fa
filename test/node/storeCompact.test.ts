// A compact journal keeps a file small, and nothing that a request can ask for is lost by it.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createExchange, manualMarket, virtualClock, type Exchange } from "../../src/exchange/index.ts";
import { sqliteStore } from "../../src/exchange/sqlite/index.ts";
import { PAIRS } from "../shared/exchange/scenes.ts";
import { ask, boundlessAgent, placeOrders } from "../support/busyAgent.ts";

const folder = mkdtempSync(join(tmpdir(), "store-compact-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function open(file: string, journal: "full" | "compact"): Exchange {
  return createExchange({
    store: sqliteStore(join(folder, file)),
    journal,
    clock: virtualClock("2026-01-05T00:00:00Z"),
    seed: 7,
    rateLimits: false,
    market: manualMarket(PAIRS),
  });
}

/** The balance and the oldest orders and trades. */
async function shown(exchange: Exchange, apiKey: string, orders: number): Promise<string> {
  const answers = [];
  for (const path of [
    "/account/balance",
    "/account/pnl",
    `/trade/orders?limit=100&offset=${orders - 100}`,
    `/trade/history?limit=100&offset=${orders * 0.8 - 100}`,
  ]) {
    const response = await ask(exchange, apiKey, "GET", path);
    const json: unknown = await response.json();
    answers.push([path, response.status, json]);
  }
  return JSON.stringify(answers);
}

const kept = (exchange: Exchange): number => [...exchange.journal].length;

test(
  "a compact file stays smaller, keeps at most 3 000 entries, and has all orders after reopening",
  { timeout: 120_000 },
  async () => {
    const ORDERS = 6_000;
    const sizes: Record<string, number> = {};
    const counts: Record<string, number> = {};
    const oldest: Record<string, unknown> = {};
    for (const journal of ["full", "compact"] as const) {
      const exchange = open(`${journal}.db`, journal);
      const apiKey = await boundlessAgent(exchange, "100000000");
      await placeOrders(exchange, apiKey, ORDERS);
      const before = await shown(exchange, apiKey, ORDERS);
      expect((JSON.parse(before) as [string, number][]).map(([, status]) => status)).toEqual([200, 200, 200, 200]);
      exchange.close();
      sizes[journal] = statSync(join(folder, `${journal}.db`)).size / ORDERS;
      const again = open(`${journal}.db`, journal);
      expect(await shown(again, apiKey, ORDERS)).toBe(before);
      counts[journal] = kept(again);
      oldest[journal] = again.journal.at(0);
      expect(again.journal.length).toBeGreaterThan(1.8 * ORDERS);
      expect(again.journal.at(-1)).toEqual([...again.journal].at(-1));
      const fork = again.fork();
      expect(await shown(fork, apiKey, ORDERS)).toBe(before);
      await placeOrders(fork, apiKey, 100);
      expect(await shown(again, apiKey, ORDERS)).toBe(before);
      again.close();
    }
    expect(counts["full"]).toBeGreaterThan(1.8 * ORDERS);
    expect(counts["compact"]).toBeGreaterThan(0);
    expect(counts["compact"]).toBeLessThanOrEqual(3000);
    expect(oldest["full"]).toBeDefined();
    expect(oldest["compact"]).toBeUndefined();
    expect(sizes["compact"]).toBeLessThan(0.7 * (sizes["full"] ?? 0));
  },
);

test("a file may be opened full, compact and full again", { timeout: 120_000 }, async () => {
  let exchange = open("switched.db", "full");
  const apiKey = await boundlessAgent(exchange, "100000000");
  let orders = 0;
  // Only a part of more than 5 000 entries is dropped at once, so the oldest one kept follows no snapshot.
  for (const [journal, count] of [
    ["full", 4000],
    ["compact", 500],
    ["compact", 100],
    ["full", 1000],
    ["compact", 2000],
    ["full", 100],
  ] as const) {
    exchange.close();
    exchange = open("switched.db", journal);
    await placeOrders(exchange, apiKey, count);
    orders += count;
    const before = await shown(exchange, apiKey, orders);
    exchange.close();
    exchange = open("switched.db", journal);
    expect(await shown(exchange, apiKey, orders)).toBe(before);
  }
  expect(kept(exchange)).toBeLessThan(exchange.journal.length);
  exchange.close();
});

test("an opening that fails for another reason keeps the snapshots", { timeout: 120_000 }, async () => {
  const file = "kept.db";
  const exchange = open(file, "compact");
  const apiKey = await boundlessAgent(exchange, "100000000");
  await placeOrders(exchange, apiKey, 1500);
  const before = await shown(exchange, apiKey, 1500);
  exchange.close();
  const source = manualMarket(PAIRS);
  const broken = {
    ...source,
    open: () => {
      throw new Error("the market is not available");
    },
  };
  const store = sqliteStore(join(folder, file));
  expect(() => createExchange({ store, seed: 7, market: broken })).toThrow("the market is not available");
  const again = open(file, "compact");
  expect(await shown(again, apiKey, 1500)).toBe(before);
  again.close();
});

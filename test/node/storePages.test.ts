// Pages that snapshots no longer use are deleted, so that a file does not grow by them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createExchange, manualMarket, virtualClock, type Exchange } from "../../src/exchange/index.ts";
import { sqliteStore } from "../../src/exchange/sqlite/index.ts";
import { PAIRS } from "../shared/exchange/scenes.ts";
import { boundlessAgent, placeOrders } from "../support/busyAgent.ts";
import { unusedPages } from "../support/storedPages.ts";

const folder = mkdtempSync(join(tmpdir(), "store-pages-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, "exchange.db");

function open(): Exchange {
  return createExchange({
    store: sqliteStore(file),
    clock: virtualClock("2026-01-05T00:00:00Z"),
    seed: 7,
    rateLimits: false,
    market: manualMarket(PAIRS),
  });
}

test("pages that snapshots replace are deleted, in one process and after restarts", { timeout: 60_000 }, async () => {
  let exchange = open();
  const apiKey = await boundlessAgent(exchange, "1000000");
  // Nodes replaced while the first snapshot of a new agent is being written are the only ones that are not told of.
  await placeOrders(exchange, apiKey, 1200);
  exchange.close();
  const first = unusedPages(file);
  exchange = open();
  await placeOrders(exchange, apiKey, 4000);
  exchange.close();
  for (let restart = 0; restart < 12; restart++) {
    exchange = open();
    await placeOrders(exchange, apiKey, 50);
    exchange.close();
  }
  expect(unusedPages(file).filter((page) => !first.includes(page))).toEqual([]);
  rmSync(file);
  // The same number of pages is left over however many snapshots one process writes.
  exchange = open();
  const otherKey = await boundlessAgent(exchange, "1000000");
  await placeOrders(exchange, otherKey, 5000);
  exchange.close();
  expect(unusedPages(file).length).toBeLessThanOrEqual(first.length + 20);
});

// An exchange in a store over another database than the package's own.
import { expect, test } from "vitest";
import { createExchange, manualMarket, virtualClock } from "../../src/exchange/index.ts";
import { PAIRS } from "../shared/exchange/scenes.ts";
import { ask, boundlessAgent, placeOrders } from "../support/busyAgent.ts";
import { sqlStorage, sqlStore } from "../support/sqlStorage.ts";

test.each(["full", "compact"] as const)("snapshots and reopening work over any SQL function: %s", async (journal) => {
  const storage = sqlStorage();
  const open = () =>
    createExchange({
      store: sqlStore(storage),
      journal,
      clock: virtualClock("2026-01-05T00:00:00Z"),
      seed: 7,
      rateLimits: false,
      market: manualMarket(PAIRS),
    });
  const count = (table: string): number => Number([...storage.exec(`SELECT count(*) AS n FROM ${table}`)][0]?.["n"]);
  let exchange = open();
  const apiKey = await boundlessAgent(exchange, "1000000");
  for (let opening = 0; opening < 3; opening++) {
    await placeOrders(exchange, apiKey, 1500);
    const expected = await shown(exchange);
    exchange.close();
    expect(count("snapshots")).toBe(2);
    exchange = open();
    expect(await shown(exchange)).toEqual(expected);
  }
  expect(exchange.journal.length > count("entries")).toBe(journal === "compact");
  exchange.close();
  storage.close();

  async function shown(of: typeof exchange): Promise<unknown> {
    const answers = [];
    for (const path of [
      "/account/balance",
      "/trade/orders?limit=500&offset=1000",
      "/trade/history?limit=500",
      "/account/pnl",
    ]) {
      const response = await ask(of, apiKey, "GET", path);
      expect(response.status).toBe(200);
      answers.push(await response.json());
    }
    return answers;
  }
});

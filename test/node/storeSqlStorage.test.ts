// An exchange in a store over another database than the package's own.
import { expect, test } from "vitest";
import { createExchange, manualMarket, virtualClock } from "../../src/exchange/index.ts";
import { PAIRS } from "../shared/exchange/scenes.ts";
import { ask, boundlessAgent, placeOrders } from "../support/busyAgent.ts";
import { sqlStore } from "../../src/workers/sqlStore.ts";
import { sqlDatabase } from "../support/sqlDatabase.ts";

test.each(["full", "compact"] as const)("snapshots and reopening work over any SQL function: %s", async (journal) => {
  const storage = sqlDatabase();
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
    expect(count("exchange_snapshots")).toBe(2);
    exchange = open();
    expect(await shown(exchange)).toEqual(expected);
  }
  expect(exchange.journal.length > count("exchange_entries")).toBe(journal === "compact");
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

test("requests that arrive together share a transaction, and all of them fail if it does", async () => {
  const storage = sqlDatabase();
  let transactions = 0;
  let isFull = false;
  const database = {
    ...storage,
    transactionSync<T>(work: () => T): T {
      transactions++;
      return storage.transactionSync(() => {
        const result = work();
        if (isFull) throw new Error("database or disk is full");
        return result;
      });
    },
    turn: () => new Promise<void>((resolve) => void setImmediate(resolve)),
  };
  const open = () =>
    createExchange({
      store: sqlStore(database),
      clock: virtualClock("2026-01-05T00:00:00Z"),
      market: manualMarket(PAIRS),
    });
  const exchange = open();
  const { apiKey } = await exchange.register();
  const place = (of: typeof exchange): Promise<Response> =>
    ask(of, apiKey, "POST", "/trade/order", { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.001" });
  transactions = 0;
  const placed = await Promise.all(Array.from({ length: 10 }, () => place(exchange)));
  expect(placed.map(({ status }) => status)).toEqual(placed.map(() => 201));
  expect(transactions).toBe(1);
  isFull = true;
  const failed = await Promise.allSettled([place(exchange), place(exchange)]);
  for (const result of failed) expect(result).toMatchObject({ status: "rejected", reason: { name: "StoreError" } });
  isFull = false;
  await expect(place(exchange)).rejects.toThrow("cannot be written");
  const history = await ask(open(), apiKey, "GET", "/trade/history");
  expect(await history.json()).toMatchObject({ total: 10 });
  storage.close();
});

import { expect, it } from "vitest";
import { createExchange, manualMarket, virtualClock } from "../../../src/exchange/index.ts";
import { PAIRS } from "./scenes.ts";
import { send, START, trader } from "./trader.ts";

const BUY = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.001" };

it("a compact journal in memory keeps the newest entries only, and all orders", async () => {
  const exchange = createExchange({
    journal: "compact",
    clock: virtualClock(START),
    rateLimits: false,
    market: manualMarket(PAIRS),
  });
  const bot = await trader(exchange);
  const first = await send(exchange, "POST", "/api/v1/trade/order", BUY, { "x-api-key": bot.apiKey });
  const set = 2500;
  for (let price = 0; price < set; price++) exchange.market.set("ETHUSDT", { price: String(3000 + (price % 7)) });
  const { length } = exchange.journal;
  const entries = [...exchange.journal];
  expect(length).toBeGreaterThan(set);
  expect(entries.length).toBeGreaterThanOrEqual(1000);
  expect(entries.length).toBeLessThan(2000);
  expect(exchange.journal.at(0)).toBeUndefined();
  expect(exchange.journal.at(length - entries.length)).toBe(entries[0]);
  expect(exchange.journal.at(-1)).toBe(entries.at(-1));
  const fork = exchange.fork();
  expect([...fork.journal]).toEqual(entries);
  for (const each of [exchange, fork]) {
    const { json } = await send(each, "GET", "/api/v1/trade/history", undefined, { "x-api-key": bot.apiKey });
    expect(json).toMatchObject({ total: 1, trades: [{ order_id: first.json.order_id }] });
  }
});

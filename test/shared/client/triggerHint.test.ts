import { expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/index.ts";
import { createExchange, manualMarket, virtualClock } from "../../../src/exchange/index.ts";

async function stage() {
  const market = manualMarket({ BTCUSDT: { price: "60000", volume: "100000" } });
  const exchange = createExchange({ market, clock: virtualClock("2026-01-05T00:00:00Z") });
  const { apiKey } = await exchange.register({ startingBalance: "10000" });
  return { exchange, client: new AgentExchangeClient({ ...exchange.connection, apiKey }) };
}

const buy = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" } as const;

test("buys that trigger in the unexpected direction say so, and do so", async () => {
  const { exchange, client } = await stage();
  const stop = await client.placeStopLoss({ ...buy, triggerPrice: "62000" });
  const profit = await client.placeTakeProfit({ ...buy, triggerPrice: "58000" });
  expect(stop.hint).toContain("if the last price is 62000 or less now, this order fills immediately");
  expect(profit.hint).toContain("if the last price is 58000 or more now, this order fills immediately");
  expect(JSON.parse(JSON.stringify(stop))).toMatchObject({ status: "pending", hint: stop.hint });
  await exchange.advance(1000);
  for (const { orderId } of [stop, profit]) expect((await client.getOrder(orderId)).status).toBe("filled");
});

test("the advice of a hint is correct", async () => {
  const { exchange, client } = await stage();
  const rise = await client.placeTakeProfit({ ...buy, triggerPrice: "62000" });
  const fall = await client.placeLimitOrder({ ...buy, price: "58000" });
  const status = async (): Promise<string[]> => [
    (await client.getOrder(rise.orderId)).status,
    (await client.getOrder(fall.orderId)).status,
  ];
  await exchange.advance(1000);
  expect(await status()).toEqual(["pending", "pending"]);
  exchange.market.set("BTCUSDT", { price: "62000" });
  await exchange.advance(1000);
  expect(await status()).toEqual(["filled", "pending"]);
  exchange.market.set("BTCUSDT", { price: "57000" });
  await exchange.advance(1000);
  expect(await status()).toEqual(["filled", "filled"]);
});

test("other orders have no hint", async () => {
  const { client } = await stage();
  await client.placeMarketOrder({ ...buy, quantity: "0.03" });
  const sell = { ...buy, side: "sell" } as const;
  expect((await client.placeStopLoss({ ...sell, triggerPrice: "58000" })).hint).toBeNull();
  expect((await client.placeTakeProfit({ ...sell, triggerPrice: "62000" })).hint).toBeNull();
  expect((await client.placeLimitOrder({ ...buy, price: "50000" })).hint).toBeNull();
});

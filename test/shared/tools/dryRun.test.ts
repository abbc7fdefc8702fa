// Dry runs: what an order would do, without an order.
import { expect, test } from "vitest";
import {
  createClient,
  getBalance,
  getOpenOrders,
  placeLimitOrder,
  placeMarketOrder,
} from "../../../src/client/index.ts";
import { createExchange, manualMarket, virtualClock } from "../../../src/exchange/index.ts";
import { markSimulated, runOnFork, simulateOrder } from "../../../src/tools/dryRun.ts";
import { memoryIntents } from "../../../src/transport/index.ts";

async function scene() {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const market = manualMarket({ BTCUSDT: { price: "61250.40", volume: "18000" } });
  const exchange = createExchange({ market, clock });
  const { apiKey } = await exchange.register();
  const observed: string[] = [];
  const intents = memoryIntents();
  const onRequest = ({ method }: { readonly method: string }): void => void observed.push(method);
  const client = createClient({ ...exchange.connection, apiKey, intents, onRequest, retry: false });
  return { exchange, client, observed, intents };
}

const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.02" } as const;

test("an order is computed, is marked, and does not exist", async () => {
  const { exchange, client } = await scene();
  const before = JSON.stringify(await getBalance(client));
  const filled = await simulateOrder(client, "placeMarketOrder", order);
  expect(filled).toMatchObject({
    simulated: true,
    notice: "Simulated: nothing was placed on the exchange.",
    outcome: "would be filled",
    fill: { price: "61256.52504", slippagePct: "0.01", fee: "1.2251305", total: "1226.3556313" },
  });
  expect(JSON.stringify(filled)).not.toMatch(/orderId|"status"/);
  const waiting = await simulateOrder(client, "placeLimitOrder", { ...order, price: "60000" });
  expect(waiting).toMatchObject({ outcome: "would be pending", locks: { asset: "USDT", amount: "1201.2" } });
  const rejected = await simulateOrder(client, "placeMarketOrder", { ...order, quantity: "2" });
  expect(rejected).toMatchObject({ simulated: true, outcome: "would be rejected" });
  expect(JSON.stringify(await getBalance(client))).toBe(before);
  expect(await getOpenOrders(client)).toEqual([]);
  exchange.close();
});

test("an order on a fork is real there, has the same key, and reaches neither exchange, intents nor observers", async () => {
  const { exchange, client, observed, intents } = await scene();
  const before = JSON.stringify(await getBalance(client));
  const requests = observed.length;
  const [filled, pending, after] = await runOnFork(client, exchange, async (copy) => [
    await placeMarketOrder(copy, order),
    await placeLimitOrder(copy, { ...order, price: "60000" }),
    await getBalance(copy),
  ]);
  expect([filled.status, pending.status]).toEqual(["filled", "pending"]);
  expect(JSON.stringify(after)).not.toBe(before);
  expect(observed.length).toBe(requests);
  expect(await intents.list()).toEqual([]);
  expect(JSON.stringify(await getBalance(client))).toBe(before);
  expect(await getOpenOrders(client)).toEqual([]);
  expect(markSimulated({ orderId: "1", simulated: false })).toMatchObject({
    simulated: true,
    result: { orderId: "1" },
  });
  // Each run has a fork of its own, and a failed one is discarded, too.
  await expect(
    runOnFork(client, exchange, (copy) => placeMarketOrder(copy, { ...order, quantity: "2" })),
  ).rejects.toThrow("Order rejected");
  expect(JSON.stringify(await runOnFork(client, exchange, (copy) => getBalance(copy)))).toBe(before);
  exchange.close();
});

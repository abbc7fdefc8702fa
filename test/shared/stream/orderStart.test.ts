// Which orders count as completed before the subscription, where clocks cannot tell.
import { expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import type { OrderUpdate } from "../../../src/endpoints/index.ts";
import { createHarness } from "./harness.ts";

const market = { symbol: "BTCUSDT", side: "buy", quantity: "0.1" } as const;

/** A client whose clock is `ahead` of the exchange's and shows `fraction` of a millisecond more than the exchange tells. */
async function createSkewed(ahead: number) {
  const harness = await createHarness();
  const { exchange, clock, apiKey } = harness;
  let fraction = 0;
  const client = new AgentExchangeClient({
    ...exchange.connection,
    apiKey,
    clock: { ...clock, now: () => clock.now() + ahead, elapsed: () => clock.elapsed() + fraction },
  });
  await Promise.all([client.getPrice("BTCUSDT"), harness.seconds(0)]);
  return {
    ...harness,
    client,
    passFraction: (ms: number) => {
      fraction += ms;
    },
  };
}

test.each([0, 700, -700])(
  "an order in the millisecond of the subscription is delivered, with a clock %i ms ahead",
  async (ahead) => {
    const { client, passFraction, seconds } = await createSkewed(ahead);
    passFraction(0.4);
    const updates: OrderUpdate[] = [];
    client.openStream().onOrders((update) => void updates.push(update));
    const placed = client.placeMarketOrder(market);
    await seconds(0);
    const { orderId } = await placed;
    await seconds(1);
    expect(updates.map(({ orderId: id, status }) => [id, status])).toEqual([[orderId, "filled"]]);
    await client.close();
  },
);

test.each([0, 700, -700])("an order that was answered before is not, with a clock %i ms ahead", async (ahead) => {
  const { client, seconds } = await createSkewed(ahead);
  const placed = client.placeMarketOrder(market);
  await seconds(0);
  await placed;
  await seconds(2);
  const updates: OrderUpdate[] = [];
  client.openStream().onOrders((update) => void updates.push(update));
  await seconds(5);
  expect(updates).toEqual([]);
  await client.close();
});

test("another client's order is delivered if it may have been placed after the subscription", async () => {
  const { client, exchange, apiKey, seconds } = await createSkewed(700);
  const other = new AgentExchangeClient({ ...exchange.connection, apiKey });
  const updates: OrderUpdate[] = [];
  client.openStream().onOrders((update) => void updates.push(update));
  const placed = other.placeMarketOrder(market);
  await seconds(0);
  await placed;
  await seconds(1);
  expect(updates.map(({ status }) => status)).toEqual(["filled"]);
  await Promise.all([client.close(), other.close()]);
});

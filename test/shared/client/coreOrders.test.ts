// A client without methods tracks orders as the class does, although only operations about orders contain the tracker.
import { expect, test } from "vitest";
import * as core from "../../../src/core.ts";
import { drive, failure } from "../../support/drive.ts";
import { lossyExchange, order } from "../../support/lossyExchange.ts";

test("a lost order is found", async () => {
  const lossy = await lossyExchange();
  const { clock, clientOptions, fates } = lossy;
  const client = core.createClient(clientOptions);
  fates.push("lost after");
  const error = await failure(clock, client.send(core.placeMarketOrder, order));
  if (!(error instanceof core.OrderOutcomeUnknownError)) throw new Error("The order's outcome is known.");
  expect(await drive(clock, client.send(core.unresolvedOrders))).toMatchObject([{ symbol: "BTCUSDT" }]);
  const [id] = await lossy.orderIds();
  expect((await drive(clock, client.send(core.reconcile, error.record)))?.orderId).toBe(id);
  expect(await drive(clock, client.send(core.unresolvedOrders))).toEqual([]);
});

test.for([
  ["listOrders", (client: core.Client) => client.send(core.listOrders)],
  ["iterateOrders", async (client: core.Client) => client.send(core.iterateOrders).next()],
  ["getTradeHistory", (client: core.Client) => client.send(core.getTradeHistory)],
] as const)("an equal order that %s returned before is not mistaken for it", async ([, read]) => {
  const lossy = await lossyExchange();
  const { clock, clientOptions, fates } = lossy;
  await drive(clock, lossy.createClient().placeMarketOrder(order));
  const client = core.createClient(clientOptions);
  await drive<unknown>(clock, read(client));
  fates.push("lost before");
  const error = await failure(clock, client.send(core.placeMarketOrder, order));
  if (!(error instanceof core.OrderOutcomeUnknownError)) throw new Error("The order's outcome is known.");
  expect(await drive(clock, error.reconcile())).toBeNull();
});

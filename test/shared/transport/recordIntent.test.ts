// A caller's own record of an order is written before each of its requests.
import { expect, test } from "vitest";
import { clientOf, requestAboutOrders } from "../../../src/client/index.ts";
import { placeMarketOrder, type OrderIntent } from "../../../src/endpoints/index.ts";
import { drive, failure } from "../../support/drive.ts";
import { lossyExchange, order } from "../../support/lossyExchange.ts";
import { errorResponse } from "../../support/scripted.ts";

test("the order waits for its record, and each further attempt is recorded again", async () => {
  const lossy = await lossyExchange();
  const sentBefore: number[] = [];
  const records: OrderIntent[] = [];
  let isLimited = true;
  const client = lossy.createClient({
    fetch: async (url, init) => {
      if (init.method !== "POST" || !isLimited) return lossy.clientOptions.fetch?.(url, init) as Promise<Response>;
      isLimited = false;
      return errorResponse(429, "RATE_LIMIT_EXCEEDED", undefined, { "retry-after": "1" });
    },
  });
  const placed = await drive(
    lossy.clock,
    requestAboutOrders(clientOf(client), placeMarketOrder, order, {}, async (record) => {
      await new Promise<void>((resolve) => void lossy.clock.setTimeout(resolve, 500));
      sentBefore.push(lossy.sent.length);
      records.push(record);
    }),
  );
  expect(placed.status).toBe("filled");
  expect(sentBefore).toEqual([0, 0]);
  expect(records.map(({ symbol, quantity, side }) => ({ symbol, quantity, side }))).toEqual([order, order]);
  expect(new Set(records.map(({ id }) => id)).size).toBe(1);
  const found = await drive(lossy.clock, lossy.createClient().reconcile(records[1] as OrderIntent));
  expect(found?.orderId).toBe(placed.orderId);
});

test("an order whose record fails is not sent, and its outcome is known", async () => {
  const lossy = await lossyExchange();
  const client = lossy.createClient();
  const full = new Error("disk full");
  const work = requestAboutOrders(clientOf(client), placeMarketOrder, order, {}, async () => Promise.reject(full));
  expect(await failure(lossy.clock, work)).toBe(full);
  expect(lossy.sent).toHaveLength(0);
  expect(await client.unresolvedOrders()).toEqual([]);
});

test("a record may name equal orders of other processes that were placed later", async () => {
  const lossy = await lossyExchange();
  const client = lossy.createClient();
  const lost = await lossy.loseOrder(client, "lost before");
  const other = await drive(lossy.clock, lossy.createClient().placeMarketOrder(order));
  const record = { ...lost.record, otherOrders: [other.orderId] };
  expect(await drive(lossy.clock, client.reconcile(record))).toBeNull();
});

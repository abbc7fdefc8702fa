// The outcome of an order after an abort, or after a response about another order.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import type { FilledOrder, Order, PendingOrder } from "../../../src/endpoints/index.ts";
import { ConnectionError } from "../../../src/errors/index.ts";
import { virtualClock } from "../../../src/exchange/index.ts";
import { OrderOutcomeUnknownError } from "../../../src/transport/index.ts";
import * as answers from "../../support/answers.ts";
import { drive, failure } from "../../support/drive.ts";
import { everyPrintedForm } from "../../support/everyPrintedForm.ts";
import { errorResponse, scripted } from "../../support/scripted.ts";
import { order, setUp, loseOrder } from "./outcomeSetup.ts";

describe("an aborted order", () => {
  test("that was sent has an unknown outcome with the signal's own reason", async () => {
    const it = await setUp();
    it.fates.push({ answersAfter: 300 });
    const caller = new AbortController();
    const reason = { why: "too slow" };
    it.clock.setTimeout(() => caller.abort(reason), 200);
    const error = await failure(it.clock, it.client.placeMarketOrder(order, { signal: caller.signal }));
    expect(error).toBeInstanceOf(OrderOutcomeUnknownError);
    expect((error as OrderOutcomeUnknownError).cause).toBe(reason);
    expect(error).toMatchObject({ code: "ORDER_OUTCOME_UNKNOWN", retryable: false, attempts: 1 });
    const found = await drive(it.clock, (error as OrderOutcomeUnknownError).reconcile());
    expect(found).toMatchObject({ status: "filled", symbol: "BTCUSDT" });
  });

  test("that was not sent rejects with the reason itself, and nothing is placed", async () => {
    const it = await setUp();
    const caller = new AbortController();
    const reason = new Error("never mind");
    caller.abort(reason);
    expect(await failure(it.clock, it.client.placeMarketOrder(order, { signal: caller.signal }))).toBe(reason);
    const observed = it.createClient({ onRequest: () => caller2.abort(reason) });
    const caller2 = new AbortController();
    expect(await failure(it.clock, observed.placeMarketOrder(order, { signal: caller2.signal }))).toBe(reason);
    expect(await drive(it.clock, it.other.listOrders())).toEqual([]);
  });

  test("still competes with equal orders: each order belongs to one call", async () => {
    const it = await setUp();
    it.fates.push({ answersAfter: 300 });
    const caller = new AbortController();
    it.clock.setTimeout(() => caller.abort(), 100);
    const aborted = (await failure(
      it.clock,
      it.client.placeMarketOrder(order, { signal: caller.signal }),
    )) as OrderOutcomeUnknownError;
    const lost = await loseOrder(it, "lost after");
    const found = await drive(it.clock, Promise.all([lost.reconcile(), aborted.reconcile()]));
    expect(new Set(found.map((each) => each?.orderId)).size).toBe(2);
    expect(found).not.toContain(null);
  });

  test("by close() has an unknown outcome, which reconcile() of the closed client finds out", async () => {
    const it = await setUp();
    it.fates.push({ answersAfter: 300 });
    const work = failure(it.clock, it.client.placeMarketOrder(order));
    it.clock.setTimeout(() => void it.client.close(), 100);
    const error = (await work) as OrderOutcomeUnknownError;
    expect(error).toBeInstanceOf(OrderOutcomeUnknownError);
    expect(error.cause).toMatchObject({ code: "CLIENT_CLOSED" });
    expect(await drive(it.clock, error.reconcile())).toMatchObject({ status: "filled" });
  });
});

describe("a response must be about the order that was sent", () => {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const place = (answer: () => Response): Promise<unknown> => {
    const server = scripted(answer, clock);
    const client = new AgentExchangeClient({ fetch: server.fetch, clock, apiKey: "ak_live_x" });
    return failure(clock, client.placeMarketOrder({ ...order, quantity: "0.02" }));
  };

  test.each([
    ["symbol", { symbol: "ETHUSDT" }],
    ["side", { side: "sell" }],
    ["type", { type: "limit" }],
    ["quantity", { requested_quantity: "0.03" }],
    ["status", { status: "rejected" }],
    ["price of a filled order", { executed_price: null }],
  ])("a different %s is an unknown outcome", async (_name, change) => {
    const body = (await answers.placed().json()) as object;
    const error = await place(() => Response.json({ ...body, ...change }, { status: 201 }));
    expect(error).toBeInstanceOf(OrderOutcomeUnknownError);
    expect((error as Error).cause).toMatchObject({ name: "ResponseError" });
  });

  test("an id that another call already has is an unknown outcome", async () => {
    const id = "9f0c6d5a-2b67-4b0b-9d55-00000000abcd";
    const server = scripted(() => answers.placed("0.02", id), clock);
    const client = new AgentExchangeClient({ fetch: server.fetch, clock, apiKey: "ak_live_x" });
    expect((await drive(clock, client.placeMarketOrder({ ...order, quantity: "0.02" }))).orderId).toBe(id);
    const second = await failure(clock, client.placeMarketOrder({ ...order, quantity: "0.02" }));
    expect(second).toBeInstanceOf(OrderOutcomeUnknownError);
  });

  test("PRICE_NOT_AVAILABLE and INVALID_TOKEN prove that nothing was executed only with their own status", async () => {
    for (const [status, code] of [
      [500, "PRICE_NOT_AVAILABLE"],
      [500, "INVALID_TOKEN"],
      [502, "RATE_LIMIT_EXCEEDED"],
      [303, "HTTP_303"],
    ] as const)
      expect(await place(() => errorResponse(status, code)), `${status} ${code}`).toBeInstanceOf(
        OrderOutcomeUnknownError,
      );
    for (const [status, code] of [
      [503, "PRICE_NOT_AVAILABLE"],
      [307, "HTTP_307"],
      [400, "INVALID_QUANTITY"],
    ] as const)
      expect(await place(() => errorResponse(status, code)), `${status} ${code}`).not.toBeInstanceOf(
        OrderOutcomeUnknownError,
      );
  });

  test("the types say which fields are always set", () => {
    const filled = (value: FilledOrder): string => value.executedPrice.plus(value.fee).plus(value.totalCost).toFixed();
    const pending = (value: PendingOrder): string => value.lockedAmount.plus(value.price).toFixed();
    const found = (value: Order): string => (value.status === "filled" ? value.executedPrice.toFixed() : "open");
    expect([filled, pending, found]).toHaveLength(3);
  });
});

test("an order that was never sent has no unknown outcome", async () => {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const fetch = (): Promise<Response> =>
    Promise.reject(new TypeError("fetch failed", { cause: new Error("bad port") }));
  const client = new AgentExchangeClient({ baseUrl: "http://localhost:1", fetch, clock, apiKey: "ak_live_x" });
  const error = await failure(clock, client.placeMarketOrder(order));
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error).not.toBeInstanceOf(OrderOutcomeUnknownError);
});

test("an unknown outcome and its record contain no secrets", async () => {
  const it = await setUp();
  const error = await loseOrder(it, "lost after");
  const text = everyPrintedForm(error) + JSON.stringify(error.record) + JSON.stringify(error);
  expect(text).not.toContain(it.apiKey);
  expect(text).not.toContain(it.apiKey.slice(8, 20));
});

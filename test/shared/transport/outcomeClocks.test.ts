// Finding lost orders if the clocks of client and exchange differ.
import { describe, expect, test } from "vitest";
import { isAgentExchangeError } from "../../../src/errors/index.ts";
import { OrderOutcomeUndecidedError } from "../../../src/transport/index.ts";
import { drive, failure } from "../../support/drive.ts";
import { order, setUp, loseOrder } from "./outcomeSetup.ts";

describe("clocks", () => {
  const hour = 3_600_000;
  const nothing = (): null => null;
  const minute = (time: number): string => new Date(Math.floor(time / 60_000) * 60_000).toUTCString();

  test.each([
    ["behind the Date header", { ahead: -1600, date: (time: number) => new Date(time + 1600).toUTCString() }],
    ["an hour behind the Date header", { ahead: -hour, date: (time: number) => new Date(time + hour).toUTCString() }],
    ["an hour ahead of the Date header", { ahead: hour, date: (time: number) => new Date(time - hour).toUTCString() }],
    ["ten minutes off, without headers", { ahead: -600_000, date: nothing }],
    ["an hour ahead, without headers", { ahead: hour, date: nothing }],
    ["half as fast", { rate: 0.5 }],
    ["half as fast, without headers", { rate: 0.5, date: nothing }],
    ["sixty times as fast", { rate: 60 }],
    ["sixty times as fast, without headers", { rate: 60, date: nothing }],
    ["known by coarse headers", { ahead: 30_000, date: minute }],
  ] as const)("the order is found even if the exchange's clock is %s", async (_name, options) => {
    for (const wait of [0, 100, 4000, 31_000]) {
      const it = await setUp(options);
      const error = await loseOrder(it, "lost after");
      await it.clock.advance(wait);
      expect(await drive(it.clock, error.reconcile()), `after ${wait} ms`).toMatchObject({ status: "filled" });
    }
  });

  test("an order that is delayed by 8 s is found, and one that is delayed by 20 s is not", async () => {
    const it = await setUp();
    const held = await loseOrder(it, { arrivesAfter: 8000 });
    expect(await drive(it.clock, held.reconcile())).toMatchObject({ status: "filled" });
    const later = await loseOrder(it, { arrivesAfter: 20_000 });
    expect(await drive(it.clock, later.reconcile({ wait: 25_000 }))).toMatchObject({ status: "filled" });
  });

  test("null is returned after `wait`, with two requests immediately and one later", async () => {
    const it = await setUp();
    const error = await loseOrder(it, "lost before");
    it.requests.length = 0;
    const began = it.clock.elapsed();
    expect(await drive(it.clock, error.reconcile())).toBeNull();
    expect(it.clock.elapsed() - began).toBe(15_000);
    expect(it.requests).toHaveLength(2);
    const late = await loseOrder(it, "lost before");
    await it.clock.advance(30_000);
    it.requests.length = 0;
    const startedAt = it.clock.elapsed();
    expect(await drive(it.clock, late.reconcile())).toBeNull();
    expect([it.requests.length, it.clock.elapsed() - startedAt]).toEqual([1, 0]);
    const short = await loseOrder(it, "lost before");
    expect(await drive(it.clock, short.reconcile({ wait: 0 }))).toBeNull();
  });

  test("a client with a short timeout can reconcile too", async () => {
    const it = await setUp({ timeout: 50 });
    const error = await loseOrder(it, "lost before");
    expect(await drive(it.clock, error.reconcile())).toBeNull();
  });

  const unlisted: object = { patience: 1 };
  test.each([
    [{ wait: -1 }, "wait"],
    [{ wait: Infinity }, "wait"],
    [{ timeout: 0 }, "timeout"],
    [unlisted, "patience"],
  ])("%o is rejected", async (options, field) => {
    const it = await setUp();
    const error = await loseOrder(it, "lost after");
    expect(await failure(it.clock, error.reconcile(options))).toMatchObject({ name: "ValidationError", field });
  });

  test("orders that were known before sending are not candidates, regardless of the clocks", async () => {
    const it = await setUp({ date: nothing });
    await drive(it.clock, it.other.placeMarketOrder(order));
    await drive(it.clock, it.client.listOrders());
    const error = await loseOrder(it, "lost before");
    expect(await drive(it.clock, error.reconcile())).toBeNull();
  });

  test("orders that a stream reported before sending are not candidates either", async () => {
    const it = await setUp({ date: nothing });
    const client = it.createClient({ WebSocket: it.exchange.connection.WebSocket });
    const stream = client.openStream();
    const reported: string[] = [];
    stream.onOrders(({ orderId }) => void reported.push(orderId));
    await it.clock.advance(2000);
    await drive(it.clock, it.other.placeMarketOrder(order));
    await it.clock.advance(2000);
    expect(reported).toHaveLength(1);
    const error = await loseOrder(it, "lost before", client);
    expect(await drive(it.clock, error.reconcile())).toBeNull();
    await client.close();
  });

  test("two equal orders of other clients are undecided, and are candidates of the error", async () => {
    const it = await setUp();
    await drive(it.clock, it.client.getPortfolio());
    const error = await loseOrder(it, "lost after");
    await drive(it.clock, it.other.placeMarketOrder(order));
    const undecided = await failure(it.clock, error.reconcile());
    expect(undecided).toBeInstanceOf(OrderOutcomeUndecidedError);
    expect((undecided as OrderOutcomeUndecidedError).candidates).toHaveLength(2);
    expect(isAgentExchangeError(undecided)).toBe(true);
  });

  test("three lost orders of which two were executed are two orders and one null", async () => {
    const it = await setUp();
    const errors = [
      await loseOrder(it, "lost after"),
      await loseOrder(it, "lost before"),
      await loseOrder(it, { arrivesAfter: 9000 }),
    ];
    const found = await drive(it.clock, Promise.all(errors.map((error) => error.reconcile())));
    expect(found.filter((each) => each === null)).toHaveLength(1);
    expect(new Set(found.map((each) => each?.orderId)).size).toBe(3);
  });
});

// An order that a search cannot tell from others': a person says which one it is.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/index.ts";
import type { ClientOptions } from "../../../src/transport/index.ts";
import type { CallReport, Toolbox } from "../../../src/tools/index.ts";
import type { OrderFate } from "../../support/lossyExchange.ts";
import { codeOf, mandate, setUpToolbox, type ToolboxSetup } from "../../support/toolboxSetup.ts";

const buy = { symbol: "BTCUSDT", side: "buy", quantity: "1" } as const;
const limits = { ...mandate, maxPerDay: "150" };
const by = "Ada";

interface Undecided extends ToolboxSetup {
  /** Equal orders that another program placed meanwhile. */
  readonly others: readonly string[];
  readonly settle: (decision: Parameters<Toolbox["settle"]>[1], callId?: string) => Promise<CallReport>;
}

/** The call "a" whose answer was lost, and two orders like it. */
async function undecided(fate: OrderFate): Promise<Undecided> {
  const setup = await setUpToolbox({ mandate: limits });
  const { lossy, drive, another, toolbox } = setup;
  lossy.fates.push(fate);
  const lost = another({}, { timeout: 1000 }).run("placeMarketOrder", buy, { callId: "a" });
  expect(codeOf(await drive(lost))).toBe("ORDER_OUTCOME_UNKNOWN");
  const others: string[] = [];
  const person = new AgentExchangeClient(lossy.clientOptions);
  for (let count = 0; count < 2; count++) others.push((await drive(person.placeMarketOrder(buy))).orderId);
  expect(await drive(toolbox.reconcile())).toMatchObject([{ callId: "a", state: "unknown" }]);
  return { ...setup, others, settle: (decision, callId = "a") => drive(toolbox.settle(callId, decision)) };
}

describe("an order that cannot be told from equal ones", () => {
  test("is settled as the one that a person names, once", async () => {
    const { lossy, others, settle, run, toolbox, entries } = await undecided("lost after");
    const own = (await lossy.orderIds()).find((id) => !others.includes(id));
    const report = await settle({ orderId: own ?? "", by });
    expect(report).toMatchObject({ callId: "a", state: "done", result: { ok: true, data: { orderId: own } } });
    expect((await toolbox.status()).used).toMatchObject({ orders: 1, unknown: 0, value: "100.11001" });
    expect((await entries()).at(-1)).toMatchObject({ kind: "settled", callId: "a", data: { orderId: own, by } });
    // The call has its outcome now, whatever anybody says.
    expect(await settle({ orderId: null, by })).toEqual(report);
    expect(await run("placeMarketOrder", buy, { callId: "a" })).toMatchObject({ ok: true, repeated: true });
    expect(await lossy.orderIds()).toHaveLength(3);
  });

  test("is settled as not executed, and its reservation is given back", async () => {
    const { lossy, settle, run, toolbox } = await undecided("never answered");
    expect(codeOf(await run("placeMarketOrder", buy, { callId: "b" }))).toBe("LIMIT_EXCEEDED");
    expect(await settle({ orderId: null, by })).toMatchObject({
      state: "done",
      result: { ok: false, error: { code: "ORDER_NOT_EXECUTED" } },
    });
    expect((await toolbox.status()).used).toMatchObject({ orders: 0, unknown: 0 });
    expect(codeOf(await run("placeMarketOrder", buy, { callId: "a" }))).toBe("ORDER_NOT_EXECUTED");
    expect(codeOf(await run("placeMarketOrder", buy, { callId: "c" }))).toBe("ok");
    expect(await lossy.orderIds()).toHaveLength(3);
  });

  test("is not settled as an order that it cannot be", async () => {
    const { others, settle, toolbox } = await undecided("never answered");
    const listed = expect.stringMatching(
      new RegExp(`must be one of .*${others[0]} \\(2026-.*Z\\).*, or null`),
    ) as string;
    for (const orderId of ["someone-elses", "", others[0]?.toUpperCase() ?? ""])
      await expect(settle({ orderId, by })).rejects.toMatchObject({ message: listed });
    await expect(settle(undefined as never)).rejects.toThrow("orderId must be");
    await expect(settle({ orderId: null, by: " " })).rejects.toThrow("by must name the person");
    await expect(settle({ orderId: 7 as never, by })).rejects.toThrow("orderId must be");
    await expect(settle({ orderId: null, by }, "b")).rejects.toThrow("callId is not in the journal");
    expect((await toolbox.status()).used).toMatchObject({ orders: 1, unknown: 1 });
  });

  test.each([5000, { executesAfter: 8000 }])("is not settled while its request can still arrive: %o", async (fate) => {
    const { lossy, settle, toolbox } = await undecided(fate);
    await expect(settle({ orderId: null, by })).rejects.toThrow("which appeared meanwhile; decide again");
    expect((await toolbox.status()).used).toMatchObject({ orders: 1, unknown: 1 });
    const own = (await lossy.orderIds())[0] ?? "";
    expect(await settle({ orderId: own, by })).toMatchObject({ state: "done", result: { data: { orderId: own } } });
    expect((await toolbox.status()).used).toMatchObject({ orders: 1, unknown: 0, value: "100.11001" });
  });

  test("is not settled wrongly for good: the exchange's late response to the call counts", async () => {
    const { lossy, drive, another, toolbox, others, settle } = await undecided("never answered");
    const [other = ""] = others;
    await settle({ orderId: other, by });
    lossy.fates.push({ answersAfter: 40_000 });
    const late = another({}, { timeout: 60_000 }).run("placeMarketOrder", { ...buy, quantity: "0.1" }, { callId: "b" });
    await lossy.clock.advance(1000);
    const person = new AgentExchangeClient(lossy.clientOptions);
    for (let count = 0; count < 2; count++) await drive(person.placeMarketOrder({ ...buy, quantity: "0.1" }));
    expect(await settle({ orderId: null, by }, "b")).toMatchObject({ result: { ok: false } });
    expect((await toolbox.status()).used).toMatchObject({ orders: 1 });
    expect(codeOf(await drive(late))).toBe("ok");
    expect((await toolbox.status()).used).toMatchObject({ orders: 2, unknown: 0 });
  });

  test("is cancelled if it waits for its price although the toolbox is halted", async () => {
    const setup = await setUpToolbox({ mandate: limits });
    const { lossy, drive, another, toolbox } = setup;
    const order = { ...buy, price: "50" };
    lossy.fates.push(60_000);
    await drive(another({}, { timeout: 1000 }).run("placeLimitOrder", order, { callId: "a" }));
    const person = new AgentExchangeClient(lossy.clientOptions);
    for (let count = 0; count < 2; count++) await drive(person.placeLimitOrder(order));
    await drive(toolbox.halt());
    await lossy.clock.advance(60_000);
    const [own] = (await drive(person.getOpenOrders())).map(({ orderId }) => orderId);
    expect(await drive(toolbox.settle("a", { orderId: own ?? "", by }))).toMatchObject({ state: "done" });
    expect(await drive(person.getOpenOrders())).toEqual([]);
  });

  test("is cancelled also if a later search finds it", async () => {
    const { lossy, drive, another, toolbox } = await setUpToolbox({ mandate: limits });
    lossy.fates.push("lost after");
    let isDown = true;
    const fetch: ClientOptions["fetch"] = (url, init) =>
      isDown && init.method !== "POST"
        ? Promise.reject(new TypeError("fetch failed"))
        : (lossy.clientOptions.fetch?.(url, init) ?? Promise.reject(new Error("no fetch")));
    const cutOff = another({}, { timeout: 1000, fetch, retry: false });
    await drive(another({}, { timeout: 1000 }).run("placeLimitOrder", { ...buy, price: "50" }, { callId: "a" }));
    // The halt can neither cancel nor look for anything.
    await drive(cutOff.halt());
    isDown = false;
    const person = new AgentExchangeClient(lossy.clientOptions);
    expect(await drive(person.getOpenOrders())).toHaveLength(1);
    expect(await drive(toolbox.reconcile())).toEqual([]);
    expect(await drive(person.getOpenOrders())).toEqual([]);
  });

  test("is settled once by two people one after the other, and both are told the same", async () => {
    const { lossy, another, drive, toolbox } = await setUpToolbox({ mandate: limits });
    lossy.fates.push("never answered");
    await drive(another({}, { timeout: 1000 }).run("placeMarketOrder", buy, { callId: "a" }));
    const first = toolbox.settle("a", { orderId: null, by });
    await lossy.clock.advance(7000);
    const second = another().settle("a", { orderId: null, by: "Bob" });
    const [mine, yours] = await drive(Promise.all([first, second]));
    expect(mine).toEqual(yours);
    expect(mine).toMatchObject({ state: "done", result: { error: { code: "ORDER_NOT_EXECUTED" } } });
  });

  test("stays as it is if nobody waits for the answer", async () => {
    const { lossy, toolbox, another, drive } = await undecided("never answered");
    const controller = new AbortController();
    const aborted = toolbox.settle("a", { orderId: null, by, signal: controller.signal });
    const closing = another();
    const closed = closing.settle("a", { orderId: null, by });
    const errors = Promise.allSettled([aborted, closed]);
    await lossy.clock.advance(5000);
    controller.abort(new Error("no more"));
    await drive(closing.close());
    expect(await drive(errors)).toMatchObject([
      { reason: { message: "no more" } },
      { reason: { name: "AgentExchangeError", code: "TOOLBOX_CLOSED" } },
    ]);
    await expect(drive(closing.settle("a", { orderId: null, by }))).rejects.toMatchObject({ code: "TOOLBOX_CLOSED" });
    expect((await toolbox.status()).used).toMatchObject({ orders: 1, unknown: 1 });
  });

  test("is not settled by two people in two ways", async () => {
    const { others, settle, another, drive, entries } = await undecided("never answered");
    const [mine, yours] = await Promise.all([
      settle({ orderId: null, by }),
      drive(another().settle("a", { orderId: others[0] ?? "", by: "Bob" })),
    ]);
    expect(mine).toEqual(yours);
    expect((await entries()).filter(({ kind, callId }) => kind === "settled" && callId === "a")).toHaveLength(1);
  });
});

test("what a search can decide is not for a person to say", async () => {
  const { lossy, another, drive, toolbox } = await setUpToolbox({ mandate: limits });
  lossy.fates.push("lost after");
  await drive(another({}, { timeout: 1000 }).run("placeMarketOrder", buy, { callId: "a" }));
  const report = await drive(toolbox.settle("a", { orderId: null, by }));
  expect(report).toMatchObject({ state: "done", result: { ok: true, data: { orderId: (await lossy.orderIds())[0] } } });
});

test("while the exchange cannot be asked, nothing is settled", async () => {
  const { lossy, drive, another, toolbox } = await setUpToolbox({ mandate: limits });
  lossy.fates.push("never answered");
  await drive(another({}, { timeout: 1000 }).run("placeMarketOrder", buy, { callId: "a" }));
  const offline = another({}, { fetch: () => Promise.reject(new TypeError("fetch failed")) });
  await expect(drive(offline.settle("a", { orderId: null, by }))).rejects.toMatchObject({ name: "ConnectionError" });
  expect((await toolbox.status()).used).toMatchObject({ orders: 1, unknown: 1 });
});

test("a call that is under way is not settled", async () => {
  const { lossy, drive, toolbox } = await setUpToolbox({ mandate: limits });
  lossy.fates.push("never answered");
  const running = toolbox.run("placeMarketOrder", buy, { callId: "a" });
  await lossy.clock.advance(100);
  await expect(drive(toolbox.settle("a", { orderId: null, by }))).rejects.toThrow("still running");
  expect(codeOf(await drive(running))).toBe("ORDER_OUTCOME_UNKNOWN");
});

// Reasons to look twice at an order, and the estimate that they come from.
import { Decimal } from "agentexchange";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { route } from "../../demo/src/route.ts";
import { link } from "../../demo/src/state/connection.ts";
import {
  followTicket,
  amountField,
  amountInput,
  concernsOf,
  draft,
  kind,
  limit,
  preview,
  side,
} from "../../demo/src/state/ticket.ts";
import type { Draft } from "../../demo/src/state/ticket.ts";
import { numberStyle } from "../../demo/src/parts/readNumber.ts";
import { openDesk, withoutPage, type Desk } from "./pageState.ts";

withoutPage();

const write = (number: string): string => numberStyle().write(new Decimal(number));
let desk: Desk;
let stop = (): void => {};

beforeEach(async () => {
  route.value = { view: "desk", symbol: "BTCUSDT", step: 1 };
  kind.value = "market";
  side.value = "buy";
  limit.value = "";
  amountInput.value = write("0.01");
  desk = await openDesk();
});

afterEach(() => {
  stop();
  desk.close();
});

function draftNow(): Draft {
  const order = draft.peek();
  if (typeof order === "string") throw new Error(order);
  return order;
}

/** What is said of the draft, and whether it took requests to know. */
async function concernsNow(order = draftNow()): Promise<{ reasons: readonly string[]; asked: boolean }> {
  desk.sent.length = 0;
  const work = concernsOf(order);
  await desk.pass(5000);
  return { reasons: await work, asked: desk.sent.length > 0 };
}

/** Makes an estimate, and leaves it to its age. */
async function estimateOnce(): Promise<void> {
  stop = followTicket();
  await desk.pass(1000);
  stop();
  expect(preview.peek().kind).toBe("estimate");
}

test("a fresh estimate of this order is used, an old one is made anew", async () => {
  await estimateOnce();
  expect(await concernsNow()).toEqual({ reasons: [], asked: false });
  await desk.pass(6000);
  expect(await concernsNow()).toEqual({ reasons: [], asked: true });
});

test("an estimate that is missing, or of another order, is made", async () => {
  expect(await concernsNow()).toEqual({ reasons: [], asked: true });
  await estimateOnce();
  expect(await concernsNow({ ...draftNow() })).toEqual({ reasons: [], asked: true });
});

test("what was true of the market when the order was typed is not believed later", async () => {
  kind.value = "limit";
  limit.value = write("59900");
  await estimateOnce();
  expect((await concernsNow()).reasons).toEqual([]);
  desk.exchange.market.set("BTCUSDT", { price: "50000" });
  await desk.pass(6000);
  const { reasons } = await concernsNow();
  expect(reasons.join()).toMatch(/It fills at once, at about 50,?0.*19\.8 % above the last price/);
});

test("an estimate that cannot be made is a reason, not silence", async () => {
  desk.setDown(true);
  const { reasons } = await concernsNow();
  expect(reasons.length).toBe(1);
  expect(reasons[0]).toMatch(/^What it would do cannot be worked out: .+/);
  link.value = null;
  expect((await concernsNow()).reasons).toEqual(["What it would do cannot be worked out: No exchange is connected."]);
});

test("a service that goes away leaves the estimate, with its time; another draft has none", async () => {
  stop = followTicket();
  await desk.pass(1000);
  const before = preview.peek();
  desk.setDown(true);
  await desk.pass(20_000);
  expect(preview.peek()).toBe(before);
  amountInput.value = write("0.02");
  expect(preview.peek().kind).toBe("incomplete");
  await desk.pass(1000);
  desk.setDown(false);
  await desk.pass(60_000);
  expect(preview.peek()).toMatchObject({ kind: "estimate", order: { quantity: new Decimal("0.02") } });
});

test("what has been read estimates each order that is typed, but none of another pair", async () => {
  stop = followTicket();
  await desk.pass(1000);
  desk.sent.length = 0;
  amountInput.value = write("0.02");
  side.value = "sell";
  expect(preview.peek()).toMatchObject({ kind: "estimate", order: draftNow() });
  expect(preview.peek()).toMatchObject({ estimate: { order: { quantity: new Decimal("0.02"), side: "sell" } } });
  expect(desk.sent).toEqual([]);
  route.value = { view: "desk", symbol: "ETHUSDT", step: 1 };
  amountInput.value = write("0.5");
  expect(preview.peek().kind).toBe("incomplete");
  await desk.pass(1000);
  expect(preview.peek()).toMatchObject({ kind: "estimate", estimate: { quote: { price: new Decimal("3000") } } });
});

test("an estimate on the embedded exchange asks a copy, which stays without the order", async () => {
  desk.close();
  desk = await openDesk("embedded");
  stop = followTicket();
  await desk.pass(1000);
  stop();
  expect(preview.peek().kind).toBe("estimate");
  expect(await concernsNow({ ...draftNow() })).toEqual({ reasons: [], asked: false });
});

test("another pair empties the ticket, and a stopped ticket asks nothing", async () => {
  const timers = vi.getTimerCount();
  stop = followTicket();
  await desk.pass(1000);
  route.value = { view: "desk", symbol: "ETHUSDT", step: 1 };
  expect(amountInput.peek()).toBe("");
  expect(preview.peek()).toEqual({ kind: "incomplete", message: "Enter an amount." });
  stop();
  await desk.pass(0);
  desk.sent.length = 0;
  amountInput.value = write("0.5");
  await desk.pass(10_000);
  expect(desk.sent).toEqual([]);
  expect(vi.getTimerCount()).toBe(timers);
});

test.for([
  ["0.000000001", /^Enter at most 8 decimals\.$/],
  ["1000000000000", /^Enter less than /],
  ["0", /^Enter more than zero\.$/],
] as const)("%s, which no order can have, is refused where it is typed", ([number, problem]) => {
  amountInput.value = number === "0" ? number : write(number);
  expect(amountField.value).toEqual({ value: null, problem: expect.stringMatching(problem) as string });
  expect(draft.value).toMatch(problem);
});

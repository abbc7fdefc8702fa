// The account, the board and the market as the page knows them, and what stays when the service goes away.
import { Decimal } from "agentexchange";
import { cancelOrder, placeLimitOrder, placeMarketOrder } from "agentexchange/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { streamState } from "../../demo/src/feed.ts";
import { route } from "../../demo/src/route.ts";
import * as account from "../../demo/src/state/account.ts";
import * as board from "../../demo/src/state/board.ts";
import { failures, keyRefused } from "../../demo/src/state/calls.ts";
import * as candles from "../../demo/src/state/candles.ts";
import { startAll } from "../../demo/src/state/cleanup.ts";
import { connectionCount } from "../../demo/src/state/connection.ts";
import { absenceOf } from "../../demo/src/state/denied.ts";
import { followTime, health } from "../../demo/src/state/health.ts";
import * as market from "../../demo/src/state/market.ts";
import { browser, openDesk, withoutPage, type Desk } from "./pageState.ts";

withoutPage();

let desk: Desk;
let stop = (): void => {};

beforeEach(async () => {
  route.value = { view: "desk", symbol: "BTCUSDT", step: 1 };
  desk = await openDesk();
});

afterEach(() => {
  stop();
  desk.close();
});

/** Waits for work while time passes. */
async function wait<T>(work: Promise<T>): Promise<T> {
  await desk.pass(1000);
  return work;
}

const buy = { symbol: "BTCUSDT", side: "buy" } as const;
const waiting = { ...buy, quantity: new Decimal("0.01"), price: new Decimal(50_000) };

/** Answers denied by a gateway. */
const deny = (end: string) => (path: string) =>
  path.endsWith(end)
    ? Response.json({ error: { code: "PERMISSION_DENIED", message: "The caller may not." } }, { status: 403 })
    : undefined;

test.for([
  ["account", account.followAccount],
  ["board", board.followBoard],
  ["market", market.followMarket],
  ["time", followTime],
] as const)("following the %s ends with nothing running", async ([, follow]) => {
  const [timers, listeners] = [vi.getTimerCount(), browser.listening];
  stop = follow();
  await desk.pass(3000);
  expect(vi.getTimerCount()).toBeGreaterThan(timers);
  stop();
  await desk.pass(0);
  expect([vi.getTimerCount(), browser.listening]).toEqual([timers, listeners]);
  desk.sent.length = 0;
  account.refreshAccount();
  await desk.pass(40_000);
  expect(desk.sent).toEqual([]);
});

test("positions and equity follow the live price between two answers of the account", async () => {
  await wait(desk.client.send(placeMarketOrder, { ...buy, quantity: new Decimal("0.01") }));
  stop = account.followAccount();
  await desk.pass(1000);
  const before = account.equity.value;
  const [position] = account.positions.value;
  if (before === null || position === undefined) throw new Error("The account is not known.");
  desk.exchange.market.set("BTCUSDT", { price: "63000" });
  desk.answerWith = (path) => (/portfolio|balance/.test(path) ? Response.error() : undefined);
  await desk.pass(1000);
  expect(account.positions.value[0]?.price.toNumber()).toBe(63_000);
  expect(account.positions.value[0]?.value.toNumber()).toBe(630);
  expect(account.equity.value?.minus(before).toNumber()).toBe(new Decimal(630).minus(position.value).toNumber());
});

test("a cancelled order leaves the list at once, and a cancellation that fails says why", async () => {
  const { orderId } = await wait(desk.client.send(placeLimitOrder, waiting));
  stop = account.followAccount();
  await desk.pass(1000);
  expect(account.openOrders.value?.map((order) => order.orderId)).toEqual([orderId]);
  expect(account.availableOf("USDT")?.lt(10_000)).toBe(true);
  // The list is shorter before it is loaded again.
  desk.answerWith = (path) => (path.endsWith("/orders/open") ? Response.error() : undefined);
  const work = account.cancelOrder({ orderId, symbol: "BTCUSDT" });
  expect(account.cancelling.value).toEqual(new Set([orderId]));
  expect(await wait(work)).toBe("Cancelled the BTCUSDT order.");
  expect(account.cancelling.value).toEqual(new Set());
  expect(account.openOrders.value).toEqual([]);
  expect(account.availableOf("USDT")?.toNumber()).toBe(10_000);
  const filled = await wait(desk.client.send(placeMarketOrder, { ...buy, quantity: new Decimal("0.01") }));
  const again = account.cancelOrder({ orderId: filled.orderId, symbol: "BTCUSDT" });
  expect(await wait(again)).toBe("Not cancelled: the BTCUSDT order was filled before.");
  const unknown = account.cancelOrder({ orderId: crypto.randomUUID(), symbol: "BTCUSDT" });
  expect(await wait(unknown)).toMatch(/^Not cancelled: ./);
});

test("a cancellation whose answer is lost is not called a failure", async () => {
  const orders = [];
  for (let count = 0; count < 3; count++) orders.push(await wait(desk.client.send(placeLimitOrder, waiting)));
  const [first, second] = orders.map(({ orderId }) => ({ orderId, symbol: "BTCUSDT" }));
  if (first === undefined || second === undefined) throw new Error("There are no orders.");
  stop = account.followAccount();
  await desk.pass(1000);
  // Executed, and answered with a failure.
  desk.answerWith = (path) => {
    if (!path.endsWith(first.orderId)) return undefined;
    desk.answerWith = () => undefined;
    void desk.client.send(cancelOrder, first.orderId);
    return new Response("", { status: 502 });
  };
  expect(await wait(account.cancelOrder(first))).toBe("Cancelled the BTCUSDT order.");
  expect(account.openOrders.value?.length).toBe(2);
  // Not executed yet; the request may still arrive.
  desk.answerWith = (path, method) => (method === "DELETE" ? new Response("", { status: 502 }) : undefined);
  expect(await wait(account.cancelOrder(second))).toMatch(/^It is unknown whether the BTCUSDT order was cancelled: ./);
  desk.answerWith = () => undefined;
  desk.setDown(true);
  expect(await wait(account.cancelOrder(second))).toMatch(/^It is unknown whether the BTCUSDT order was cancelled: ./);
  await wait(account.cancelAll());
  expect(account.cancelResult.value).toMatch(/^It is unknown whether all orders were cancelled: ./);
  desk.setDown(false);
  await wait(account.cancelAll());
  expect(account.cancelResult.value).toBe("Cancelled all open orders.");
});

test("what a gateway denies keeps nothing else from being shown, nor is the key taken for refused", async () => {
  await wait(desk.client.send(placeLimitOrder, waiting));
  desk.answerWith = deny("/portfolio");
  stop = account.followAccount();
  await desk.pass(12_000);
  expect(account.portfolio.value).toBeNull();
  expect(absenceOf("portfolio")).toBe("This key may not read the portfolio.");
  expect(absenceOf("trades")).toBe("Loading…");
  expect(desk.sent.filter((path) => path.endsWith("/portfolio")).length).toBe(1);
  expect(account.balances.value?.length).toBeGreaterThan(0);
  expect(account.openOrders.value?.length).toBe(1);
  expect(keyRefused.value).toBeNull();
  expect(failures.value.map(({ code }) => code)).toContain("PERMISSION_DENIED");
  // What is allowed goes on at its own pace.
  expect(desk.sent.filter((path) => path.endsWith("/balance")).length).toBe(3);
  desk.answerWith = () => undefined;
  await desk.pass(30_000);
  expect(account.portfolio.value).not.toBeNull();
  expect(absenceOf("portfolio")).toBe("Loading…");
});

test("the board keeps its prices with their time while the service is away, and goes on by itself", async () => {
  board.symbols.value = ["BTCUSDT", "ETHUSDT", "NONEUSDT"];
  const stopTime = followTime();
  const stopBoard = board.followBoard();
  stop = () => {
    stopBoard();
    stopTime();
  };
  await desk.pass(2500);
  const known = new Map(board.tiles.value);
  expect([...known.values()].map(({ entry }) => entry.error === null)).toEqual([true, true, false]);
  expect(health.value).toBe("connected");
  desk.setDown(true);
  await desk.pass(15_000);
  expect(health.value).toBe("unreachable");
  const kept = board.tiles.value.get("BTCUSDT");
  expect(kept).toBe(known.get("BTCUSDT"));
  expect(performance.now() - (kept?.receivedAt ?? 0)).toBeGreaterThan(14_000);
  desk.setDown(false);
  desk.exchange.market.set("BTCUSDT", { price: "61000" });
  await desk.pass(40_000);
  expect(health.value).toBe("connected");
  const entry = board.tiles.value.get("BTCUSDT")?.entry;
  expect(entry?.error === null && entry.price.price.toNumber()).toBe(61_000);
});

const isPrice = (path: string): boolean => /price|ticker/.test(path);

test("the board asks all pairs at once or one by one, and nothing while it is paused", async () => {
  board.symbols.value = ["BTCUSDT", "ETHUSDT"];
  stop = board.followBoard();
  await desk.pass(2000);
  expect(board.round.value?.mode).toBe("concurrent");
  expect(board.round.value?.requests.length).toBe(4);
  board.mode.value = "sequential";
  await desk.pass(2000);
  expect(board.round.value?.mode).toBe("sequential");
  desk.sent.length = 0;
  desk.setDown(true);
  await desk.pass(1000);
  // One that is not answered is not followed by the next.
  expect(desk.sent.length).toBeGreaterThan(0);
  expect(desk.sent.filter(isPrice).filter((path) => path.includes("ETHUSDT"))).toEqual([]);
  desk.setDown(false);
  await desk.pass(10_000);
  board.paused.value = true;
  await desk.pass(1000);
  desk.sent.length = 0;
  await desk.pass(20_000);
  expect(desk.sent.filter(isPrice)).toEqual([]);
  board.paused.value = false;
  board.mode.value = "concurrent";
});

test("what is known of a market belongs to its pair and its connection", async () => {
  stop = market.followMarket();
  await desk.pass(1000);
  expect(market.ticker.value?.symbol).toBe("BTCUSDT");
  expect(market.book.value?.asks.length).toBeGreaterThan(0);
  expect(market.trades.value).not.toBeNull();
  route.value = { view: "desk", symbol: "ETHUSDT", step: 1 };
  expect([market.ticker.value, market.book.value, market.trades.value]).toEqual([null, null, null]);
  await desk.pass(1000);
  expect(market.ticker.value?.symbol).toBe("ETHUSDT");
  connectionCount.value += 1;
  expect([market.ticker.value, market.book.value, market.trades.value]).toEqual([null, null, null]);
});

test("candles and trades that were streamed while another view was open are loaded", async () => {
  const follow = (): void => {
    const stopAll = startAll(candles.followCandles, market.followMarket);
    stop = () => {
      stopAll();
      streamState.value = "idle";
    };
    streamState.value = "live";
  };
  follow();
  await desk.pass(2000);
  stop();
  desk.exchange.market.set("BTCUSDT", { price: "60004" });
  await desk.pass(20 * 60_000);
  desk.sent.length = 0;
  follow();
  await desk.pass(5000);
  const streamed = desk.sent.filter((path) => /candles|trades/.test(path));
  expect(streamed).toEqual(["GET /api/v1/market/candles/BTCUSDT", "GET /api/v1/market/trades/BTCUSDT"]);
  expect(candles.candles.value?.at(-1)?.close.toNumber()).toBe(60_004);
});

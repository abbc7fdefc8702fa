import { Tree } from "../../collections/tree.ts";
import { valuesOf } from "../../collections/valuesOf.ts";
import { add8, fixed8, rescale, subtract8, type Fixed8 } from "../../base/amount.ts";
import type { Market, Triggers } from "../../market/market.ts";
import { ORDER_KINDS } from "../orderKinds.ts";
import {
  addToBook,
  collectTriggered,
  createBook,
  sizeOf,
  removeFromBook,
  triggersOf,
  type Waiting,
} from "../trading/book.ts";
import type { ExchangeState } from "../state.ts";
import { currentPrice } from "./prices.ts";
import type { BacktestSession, Sandbox, SandboxOrder } from "./model.ts";
import { MINUTE } from "../../time/units.ts";

// Number of steps that a search for the next trigger covers.
const LOOKAHEAD_STEPS = 1000;
const UNIT = fixed8(1n);

/** Records an order, or its new status. */
export function recordOrder(sandbox: Sandbox, order: SandboxOrder): void {
  const before = sandbox.orders.set(order.number, order);
  if (before === undefined) sandbox.orderNumbers.set(order.id, order.number);
  if (order.status === "pending") addPending(sandbox, order);
  else if (before?.status === "pending") removePending(sandbox, order);
}

function addPending(sandbox: Sandbox, order: SandboxOrder): void {
  sandbox.pending.set(order.number, null);
  const waiting = waitingOf(order);
  if (waiting === undefined) return;
  let book = sandbox.books.get(order.symbol);
  if (book === undefined) sandbox.books.set(order.symbol, (book = createBook()));
  addToBook(book, waiting, order.number);
  sandbox.quietTimes.delete(order.symbol);
}

function removePending(sandbox: Sandbox, order: SandboxOrder): void {
  sandbox.pending.delete(order.number);
  const waiting = waitingOf(order);
  const book = sandbox.books.get(order.symbol);
  if (waiting === undefined || book === undefined) return;
  removeFromBook(book, waiting);
  if (sizeOf(book) === 0) sandbox.books.delete(order.symbol);
}

/** What an order waits for, rounded so that a price of 8 decimals triggers it exactly if it reaches the order's own. */
function waitingOf({ type, side, price, number }: SandboxOrder): Waiting | undefined {
  const triggersOn = ORDER_KINDS[type].backtest.triggersOn?.[side];
  if (triggersOn === undefined || price === undefined) return undefined;
  return { triggersOn, price: fixed8(rescale(price, 8, triggersOn === "fall" ? "down" : "up")), sequence: number };
}

export function clearPending(sandbox: Sandbox): void {
  sandbox.pending = new Tree();
  sandbox.books.clear();
}

/** In the order of creation. */
export function allOrders({ orders }: Sandbox): readonly SandboxOrder[] {
  return valuesOf(orders);
}

/** In the order of creation. */
export function pendingOrders({ orders, pending }: Sandbox): readonly SandboxOrder[] {
  return pending.entries().flatMap(([number]) => orders.get(number) ?? []);
}

export function orderById({ orders, orderNumbers }: Sandbox, id: string): SandboxOrder | undefined {
  const number = orderNumbers.get(id);
  return number === undefined ? undefined : orders.get(number);
}

/** An order that the current price triggers. */
export interface TriggeredOrder {
  readonly order: SandboxOrder;
  readonly price: Fixed8;
}

/** The orders that the current prices trigger, in the order of creation. */
export function findTriggered(state: ExchangeState, session: BacktestSession): readonly TriggeredOrder[] {
  const { books, quietTimes, orders } = session.sandbox;
  let triggered: TriggeredOrder[] | undefined;
  for (const [symbol, book] of books) {
    if (session.time < (quietTimes.get(symbol) ?? 0)) continue;
    const price = currentPrice(state, session, symbol);
    const found: number[] = [];
    if (price !== undefined) collectTriggered(book, { floor: price, ceiling: price }, found);
    if (price === undefined || found.length === 0) {
      quietTimes.set(symbol, nextPossibleTrigger(state.market, session, symbol, triggersOf(book)));
      continue;
    }
    triggered ??= [];
    for (const number of found) {
      const order = orders.get(number);
      if (order !== undefined) triggered.push({ order, price });
    }
  }
  return triggered?.toSorted((a, b) => a.order.number - b.order.number) ?? NONE;
}

const NONE: readonly TriggeredOrder[] = [];

/**
 * The time before which no price of a pair can trigger an order. A market that computes its history finds it quickly, so
 * a step need not check every pair: one request may make a hundred thousand steps.
 */
function nextPossibleTrigger(
  market: Market,
  { time, interval, endTime }: BacktestSession,
  symbol: string,
  { atOrBelow, atOrAbove }: Triggers,
): number {
  if (market.history === undefined) return time;
  const last = Math.min(time + LOOKAHEAD_STEPS * interval * 1000, endTime) + MINUTE;
  // The market may have more decimals than the closes that steps see.
  const triggers = {
    atOrBelow: atOrBelow && add8(atOrBelow, UNIT),
    atOrAbove: atOrAbove && subtract8(atOrAbove, UNIT),
  };
  // A step sees the close of a minute, from two minutes before its time to the end of its own minute.
  return (market.nextCrossing(symbol, triggers, time - 2 * MINUTE, last) ?? last) - MINUTE;
}

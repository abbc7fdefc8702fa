import type { Market } from "../../market/market.ts";
import { compare, rescale, fromFixed8, type Decimal28, type Fixed8, fixed8 } from "../../base/amount.ts";
import { ORDER_KINDS } from "../orderKinds.ts";
import type { BacktestSession, Sandbox, SandboxOrder } from "./model.ts";
import { MINUTE } from "../../time/units.ts";

// Number of steps that a search for the next trigger covers.
const LOOKAHEAD_STEPS = 1000;

/** Prices at which the first pending order of a pair triggers. */
export interface Watch {
  readonly atOrBelow: Decimal28 | undefined;
  readonly atOrAbove: Decimal28 | undefined;
}

/** What saves a step from checking every order. Derived from the orders and the market, so it can be lost at any time. */
interface Watching {
  /** Where the first pending order of each pair triggers; undefined when it must be recomputed. */
  watches: ReadonlyMap<string, Watch> | undefined;
  /** Per pair, the time before which no pending order can trigger, Unix milliseconds, where known. */
  readonly quietTimes: Map<string, number>;
}

const watchings = new WeakMap<Sandbox, Watching>();

function watchingOf(sandbox: Sandbox): Watching {
  let watching = watchings.get(sandbox);
  if (watching === undefined) watchings.set(sandbox, (watching = { watches: undefined, quietTimes: new Map() }));
  return watching;
}

export function addPending(sandbox: Sandbox, order: SandboxOrder): void {
  sandbox.pending.add(order.id);
  const watching = watchingOf(sandbox);
  watching.watches = undefined;
  watching.quietTimes.delete(order.symbol);
}

export function removePending(sandbox: Sandbox, order: SandboxOrder): void {
  sandbox.pending.delete(order.id);
  watchingOf(sandbox).watches = undefined;
}

export function clearPending(sandbox: Sandbox): void {
  sandbox.pending.clear();
  watchingOf(sandbox).watches = undefined;
}

/** In the order of creation. */
export function pendingOrders({ orders, pending }: Sandbox): readonly SandboxOrder[] {
  return Array.from(pending, (id) => orders.get(id)).filter((order) => order !== undefined);
}

/** What a step has to watch, with the quiet times known so far. */
export function findWatches(sandbox: Sandbox): {
  readonly watches: ReadonlyMap<string, Watch>;
  readonly quietTimes: Map<string, number>;
} {
  const watching = watchingOf(sandbox);
  const { watches = computeWatches(sandbox), quietTimes } = watching;
  watching.watches = watches;
  return { watches, quietTimes };
}

/** The prices at which the first pending order of each pair triggers. */
function computeWatches(sandbox: Sandbox): ReadonlyMap<string, Watch> {
  const watches = new Map<string, Watch>();
  for (const order of pendingOrders(sandbox)) {
    const { symbol, price } = order;
    if (price === undefined) continue;
    const { atOrBelow, atOrAbove } = watches.get(symbol) ?? { atOrBelow: undefined, atOrAbove: undefined };
    const isFirst = (known: Decimal28 | undefined, sign: 1 | -1): boolean =>
      known === undefined || sign * compare(price, known) > 0;
    if (triggersBelow(order)) {
      if (isFirst(atOrBelow, 1)) watches.set(symbol, { atOrBelow: price, atOrAbove });
    } else if (isFirst(atOrAbove, -1)) watches.set(symbol, { atOrBelow, atOrAbove: price });
  }
  return watches;
}

/** Whether a price triggers any of the watched orders. */
export function isReached({ atOrBelow, atOrAbove }: Watch, current: Fixed8): boolean {
  const price = fromFixed8(current);
  return (
    (atOrBelow !== undefined && compare(price, atOrBelow) <= 0) ||
    (atOrAbove !== undefined && compare(price, atOrAbove) >= 0)
  );
}

/**
 * The time before which no price of a pair can reach a watch. A market that computes its history finds it quickly, so a
 * step need not check every pair: one request may make a hundred thousand steps.
 */
export function nextPossibleTrigger(market: Market, session: BacktestSession, symbol: string, watch: Watch): number {
  const { time, interval, endTime } = session;
  if (market.history === undefined) return time;
  const last = Math.min(time + LOOKAHEAD_STEPS * interval * 1000, endTime) + MINUTE;
  const triggers = {
    atOrBelow: watch.atOrBelow && fixed8(rescale(watch.atOrBelow, 8, "up")),
    atOrAbove: watch.atOrAbove && fixed8(rescale(watch.atOrAbove, 8, "down")),
  };
  // A step sees the close of a minute, from two minutes before its time to the end of its own minute.
  return (market.nextCrossing(symbol, triggers, time - 2 * MINUTE, last) ?? last) - MINUTE;
}

/** Whether a price triggers an order. */
export function isTriggered(order: SandboxOrder, current: Fixed8): boolean {
  if (order.price === undefined) return false;
  const against = compare(fromFixed8(current), order.price);
  return triggersBelow(order) ? against <= 0 : against >= 0;
}

function triggersBelow({ type, side }: SandboxOrder): boolean {
  return ORDER_KINDS[type].backtest.triggersOn?.[side] === "fall";
}

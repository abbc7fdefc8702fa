import type { Market } from "../../market/market.ts";
import { compare, rescale, fromFixed8, type Decimal28, type Fixed8, fixed8 } from "../../base/amount.ts";
import { ORDER_KINDS } from "../orderKinds.ts";
import type { BacktestSession, Sandbox, SandboxOrder, Watch } from "./model.ts";
import { MINUTE } from "../../time/units.ts";

// Number of steps that a search for the next trigger covers.
const LOOKAHEAD_STEPS = 1000;

export function addPending(sandbox: Sandbox, order: SandboxOrder): void {
  sandbox.pending.add(order);
  sandbox.watches = undefined;
  sandbox.quietTimes.delete(order.symbol);
}

export function removePending(sandbox: Sandbox, order: SandboxOrder): void {
  sandbox.pending.delete(order);
  sandbox.watches = undefined;
}

/** The prices at which the first pending order of each pair triggers, so that a step need not check all orders. */
export function findWatches(sandbox: Sandbox): ReadonlyMap<string, Watch> {
  if (sandbox.watches !== undefined) return sandbox.watches;
  const watches = new Map<string, Watch>();
  for (const order of sandbox.pending) {
    const { symbol, price } = order;
    if (price === undefined) continue;
    const { atOrBelow, atOrAbove } = watches.get(symbol) ?? { atOrBelow: undefined, atOrAbove: undefined };
    const isFirst = (known: Decimal28 | undefined, sign: 1 | -1): boolean =>
      known === undefined || sign * compare(price, known) > 0;
    if (triggersBelow(order)) {
      if (isFirst(atOrBelow, 1)) watches.set(symbol, { atOrBelow: price, atOrAbove });
    } else if (isFirst(atOrAbove, -1)) watches.set(symbol, { atOrBelow, atOrAbove: price });
  }
  return (sandbox.watches = watches);
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
  const { prices, time, interval, endTime } = session;
  if (prices === undefined || prices.columns !== undefined) return time;
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

import type { Market } from "../../market/market.ts";
import { toFixed8, type Fixed8 } from "../../base/amount.ts";
import type { ExchangeState } from "../state.ts";
import { newestMinute } from "./minutes.ts";
import type { BacktestSession, SessionPlan, VisibleHistory } from "./model.ts";
import { MINUTE } from "../../time/units.ts";

// The earliest time of a Date.
const FIRST_TIME = -8.64e15;

/** The listed pairs among those of a backtest, by symbol ascending. */
export function symbolsOf(market: Market, pairs: readonly string[] | undefined): readonly string[] {
  const wanted = pairs === undefined ? undefined : new Set(pairs);
  return market
    .pairs()
    .map((pair) => pair.symbol)
    .filter((symbol) => wanted === undefined || wanted.has(symbol));
}

/** Time of the earliest candle; undefined if there is none. */
export function earliestCandle(state: ExchangeState): number | undefined {
  const { market, now } = state;
  if (market.history !== undefined) return market.history.since;
  const opens = market
    .pairs()
    .map(({ symbol }) => firstCandle(market, symbol, now))
    .filter((time) => time !== undefined);
  return opens.length === 0 ? undefined : opens.reduce((first, time) => Math.min(first, time));
}

/** Number of pairs that have a candle up to a time. */
export function pairsWithCandles({ market, now }: ExchangeState, symbols: readonly string[], time: number): number {
  if (market.history !== undefined) return time >= market.history.since ? symbols.length : 0;
  return symbols.filter((symbol) => market.candles(symbol, MINUTE, 1, Number.NEGATIVE_INFINITY, time, now).length > 0)
    .length;
}

/** Shows a session the market's history up to now. Returns false if its range has no candle. */
export function openHistory({ market, now }: ExchangeState, session: BacktestSession): boolean {
  const history = { symbols: symbolsOf(market, session.pairs), asOf: now };
  const last = lastMinute(session, history);
  const isCovered =
    market.history === undefined
      ? history.symbols.some((symbol) => market.candles(symbol, MINUTE, 1, session.startTime, last, now).length > 0)
      : history.symbols.length > 0 &&
        Math.floor(last / MINUTE) * MINUTE >= session.startTime &&
        session.endTime >= market.history.since;
  if (isCovered) session.history = history;
  return isCovered;
}

/** Where the last candle starts that the session can ever see. */
function lastMinute({ endTime }: SessionPlan, { asOf }: VisibleHistory): number {
  return Math.min(endTime, asOf - MINUTE);
}

/** The price of a pair at the session's time, the close of a 1-minute candle; undefined if it has none. */
export function currentPrice(state: ExchangeState, session: BacktestSession, symbol: string): Fixed8 | undefined {
  const { history, startTime, time } = session;
  if (history?.symbols.includes(symbol) !== true) return undefined;
  const { market, quirks } = state;
  // A candle is visible after its end.
  const max = Math.min(quirks.backtestsSeeAhead ? time : time - MINUTE, lastMinute(session, history));
  if (market.history !== undefined) {
    const open = Math.floor(max / MINUTE) * MINUTE;
    const since = quirks.backtestsSeeAhead ? Math.max(startTime, market.history.since) : market.history.since;
    const close = open < since ? undefined : market.history.close(symbol, MINUTE, open);
    return close && toFixed8(close);
  }
  const newest = newestMinute(market, symbol, max, history.asOf);
  if (quirks.backtestsSeeAhead) {
    // The platform looks only at the newest time that has candles, and misses pairs without a candle there.
    return newest !== undefined && newest.time >= startTime && newest.time === newestTime(market, history, max)
      ? newest.close
      : undefined;
  }
  if (newest !== undefined && newest.time >= startTime) return newest.close;
  const before = newestMinute(market, symbol, startTime - 1, history.asOf);
  if (before !== undefined) return before.time <= max ? before.close : before.open;
  // No candle has ended yet, but the first open is known.
  return newestMinute(market, symbol, Math.min(time, lastMinute(session, history)), history.asOf)?.open;
}

/** The last result of `newestTime` for each history: all prices of a step ask the same. */
const newestTimes = new WeakMap<VisibleHistory, { readonly max: number; readonly time: number }>();

/** The newest time up to `max` at which any of the pairs has a candle. */
function newestTime(market: Market, history: VisibleHistory, max: number): number {
  const known = newestTimes.get(history);
  if (known?.max === max) return known.time;
  const time = history.symbols.reduce(
    (newest, symbol) => Math.max(newest, newestMinute(market, symbol, max, history.asOf)?.time ?? newest),
    Number.NEGATIVE_INFINITY,
  );
  newestTimes.set(history, { max, time });
  return time;
}

/** Halves the time in which the first candle can be, since there may be very many. */
function firstCandle(market: Market, symbol: string, now: number): number | undefined {
  const newestAt = (time: number): number | undefined =>
    market.candles(symbol, MINUTE, 1, Number.NEGATIVE_INFINITY, time, now)[0]?.time;
  let first = newestAt(now);
  let without = FIRST_TIME;
  while (first !== undefined && first - without > MINUTE) {
    const middle = Math.floor((without + first) / 2);
    const found = newestAt(middle);
    if (found === undefined) without = middle;
    else first = found;
  }
  return first;
}

import type { MarketCandle, Market } from "../../market/market.ts";
import { toFixed8, type Fixed8 } from "../../base/amount.ts";
import type { ExchangeState } from "../state.ts";
import type { Column, PriceTable } from "./model.ts";
import { DAY, MINUTE } from "../../time/units.ts";

const NO_TIMES = new Float64Array(0);

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

/** The prices visible to a backtest over `[start, end]` that starts now; undefined if the range has no candle. */
export function openTable(
  state: ExchangeState,
  symbols: readonly string[],
  start: number,
  end: number,
): PriceTable | undefined {
  const { market, now, quirks } = state;
  const until = Math.min(end + MINUTE, now);
  const since = quirks.backtestsSeeAhead ? start : Number.NEGATIVE_INFINITY;
  const { history } = market;
  if (history !== undefined) {
    const isCovered =
      symbols.length > 0 && Math.floor(until / MINUTE) * MINUTE - MINUTE >= start && end >= history.since;
    return isCovered
      ? { symbols, since: Math.max(since, history.since), until, columns: undefined, candleTimes: NO_TIMES }
      : undefined;
  }
  const columns = new Map<string, Column>();
  const times = new Set<number>();
  for (const symbol of symbols) {
    const inside = candlesBetween(market, symbol, start, end, now).filter((candle) => candle.time + MINUTE <= until);
    for (const candle of inside) times.add(candle.time);
    const before = quirks.backtestsSeeAhead
      ? []
      : market.candles(symbol, MINUTE, 1, Number.NEGATIVE_INFINITY, start - 1, now);
    columns.set(symbol, toColumn([...before, ...inside]));
  }
  return times.size === 0
    ? undefined
    : { symbols, since, until, columns, candleTimes: Float64Array.from(times).toSorted() };
}

/** The price of a pair at a time of the backtest; undefined if it has none. */
export function priceAt(
  { market, quirks }: ExchangeState,
  table: PriceTable,
  symbol: string,
  time: number,
): Fixed8 | undefined {
  const { since, until, columns, candleTimes } = table;
  // A candle is visible after its end.
  const visibleUntil = Math.min(quirks.backtestsSeeAhead ? time : time - MINUTE, until - MINUTE);
  if (columns === undefined) {
    const open = Math.floor(visibleUntil / MINUTE) * MINUTE;
    const close = open < since ? undefined : market.history?.close(symbol, MINUTE, open);
    return close === undefined || !table.symbols.includes(symbol) ? undefined : toFixed8(close);
  }
  const column = columns.get(symbol);
  if (column === undefined) return undefined;
  const at = indexAtOrBefore(column.opens, visibleUntil);
  if (at < 0) {
    // No candle has closed yet, but the first open is known.
    const first = column.opens[0];
    return !quirks.backtestsSeeAhead && first !== undefined && first <= time ? column.firstPrice : undefined;
  }
  // The platform looks only at the newest time that has candles, and misses pairs without a candle there.
  if (quirks.backtestsSeeAhead && column.opens[at] !== candleTimes[indexAtOrBefore(candleTimes, visibleUntil)])
    return undefined;
  return column.closes[at];
}

/** Searches days first, since there may be very many minutes. */
function firstCandle(market: Market, symbol: string, now: number): number | undefined {
  const day = market.candles(symbol, DAY, Number.MAX_SAFE_INTEGER, Number.NEGATIVE_INFINITY, now, now)[0]?.time;
  return day === undefined ? undefined : candlesBetween(market, symbol, day, Math.min(day + DAY, now), now)[0]?.time;
}

function candlesBetween(
  market: Market,
  symbol: string,
  from: number,
  until: number,
  now: number,
): readonly MarketCandle[] {
  return market.candles(symbol, MINUTE, Number.MAX_SAFE_INTEGER, from, until, now);
}

function toColumn(candles: readonly MarketCandle[]): Column {
  return {
    opens: Float64Array.from(candles, (candle) => candle.time),
    closes: candles.map((candle) => toFixed8(candle.close)),
    firstPrice: candles[0] && toFixed8(candles[0].open),
  };
}

/** Index of the last of the ascending values that is at most `max`; -1 if there is none. */
function indexAtOrBefore(values: Float64Array, max: number): number {
  let low = -1;
  let high = values.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) <= max) low = middle;
    else high = middle;
  }
  return low;
}

import type { MarketCandle, Market } from "../../market/market.ts";
import { toFixed8, type Fixed8 } from "../../base/amount.ts";
import type { ExchangeState } from "../state.ts";
import type { BacktestSession, VisibleHistory } from "./model.ts";
import { DAY, MINUTE } from "../../time/units.ts";

/** The historical prices of a backtest: closes of 1-minute candles. */
interface PriceTable {
  readonly symbols: readonly string[];
  /** Candles that open before this are not visible, Unix milliseconds. */
  readonly since: number;
  /** Candles that end after this are not visible. */
  readonly until: number;
  /** The candles, if the market cannot compute single closes. */
  readonly columns: ReadonlyMap<string, Column> | undefined;
  /** Times at which any of the pairs has a candle. */
  readonly candleTimes: Float64Array;
}

/** The candles of one pair, oldest first. */
interface Column {
  readonly opens: Float64Array;
  readonly closes: readonly Fixed8[];
  /** Open of the first candle. */
  readonly firstPrice: Fixed8 | undefined;
}

/** Read from the market on first use. All visible candles have ended, so reading them again gives the same. */
const tables = new WeakMap<VisibleHistory, PriceTable>();

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

/** Shows a session the market's history up to now. Returns false if its range has no candle. */
export function openHistory(state: ExchangeState, session: BacktestSession): boolean {
  const history = { symbols: symbolsOf(state.market, session.pairs), asOf: state.now };
  const table = readTable(state, history, session.startTime, session.endTime);
  if (table === undefined) return false;
  tables.set(history, table);
  session.history = history;
  return true;
}

function tableOf(state: ExchangeState, { history, startTime, endTime }: BacktestSession): PriceTable | undefined {
  if (history === undefined) return undefined;
  let table = tables.get(history);
  if (table !== undefined) return table;
  table = readTable(state, history, startTime, endTime);
  if (table !== undefined) tables.set(history, table);
  return table;
}

/** The prices visible to a backtest over `[start, end]`; undefined if the range has no candle. */
function readTable(
  { market, quirks }: ExchangeState,
  { symbols, asOf: now }: VisibleHistory,
  start: number,
  end: number,
): PriceTable | undefined {
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

/** The price of a pair at the session's time; undefined if it has none. */
export function currentPrice(state: ExchangeState, session: BacktestSession, symbol: string): Fixed8 | undefined {
  const table = tableOf(state, session);
  if (table === undefined) return undefined;
  const { market, quirks } = state;
  const { time } = session;
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

import { deriveKey } from "../base/random.ts";
import type { MarketSource } from "./market.ts";
import type { PairFilters } from "./pairs.ts";
import { seriesOf, type ReplayRecord } from "./replayInput.ts";
import type { CandlePath, Series } from "./series.ts";
import { seriesMarket } from "./seriesMarket.ts";

/** How the past is replayed. */
export interface ReplayOptions {
  /** How the price gets from open to close inside a candle: default `towards-close`, the far extreme first. */
  readonly path?: CandlePath | undefined;
  /** Length of a candle in milliseconds; default the shortest distance of two candles of a pair. */
  readonly interval?: number | undefined;
  /** Status and order filters of pairs, by symbol. */
  readonly pairs?: Readonly<Record<string, PairFilters>> | undefined;
}

/** The past, by symbol or as one list in which each record names its pair. */
export type ReplayRecords =
  | Iterable<ReplayRecord>
  | { readonly [symbol: string]: Iterable<ReplayRecord>; readonly [Symbol.iterator]?: never };

/**
 * A market that repeats the past: candles or trades at their own times, so the clock has to be set to them. A
 * candle is four trades, a quarter of its length apart; before a pair's first record it has no price, after
 * the last one it keeps it. Records from a stream are read to the end first.
 *
 * @example
 * ```ts
 * const candles = [{ symbol: "BTCUSDT", time: "2026-01-05T00:00:00Z", open: "61250", high: "61300", low: "61200", close: "61280", volume: "12.5" }];
 * const exchange = createExchange({ market: replayMarket(candles), clock: virtualClock("2026-01-05T00:00:00Z") });
 * ```
 */
export function replayMarket(records: ReplayRecords, options?: ReplayOptions): MarketSource;
export function replayMarket(records: AsyncIterable<ReplayRecord>, options?: ReplayOptions): Promise<MarketSource>;
export function replayMarket(
  records: ReplayRecords | AsyncIterable<ReplayRecord>,
  options: ReplayOptions = {},
): MarketSource | Promise<MarketSource> {
  if (Symbol.asyncIterator in records) return collected(records).then((all) => sourceOf(bySymbol(all), options));
  return sourceOf(bySymbol(records), options);
}

async function collected(records: AsyncIterable<ReplayRecord>): Promise<readonly ReplayRecord[]> {
  const all: ReplayRecord[] = [];
  for await (const record of records) all.push(record);
  return all;
}

function bySymbol(records: ReplayRecords): ReadonlyMap<string, readonly ReplayRecord[]> {
  const lists = new Map<string, ReplayRecord[]>();
  const listOf = (symbol: string): ReplayRecord[] => {
    const name = symbol.trim().toUpperCase();
    const list = lists.get(name) ?? [];
    if (list.length === 0) lists.set(name, list);
    return list;
  };
  if (isList(records)) {
    for (const record of records) {
      if (record.symbol === undefined)
        throw new TypeError("replayMarket: a record has no symbol; pass lists by symbol instead: { BTCUSDT: candles }");
      listOf(record.symbol).push(record);
    }
  } else {
    for (const [symbol, list] of Object.entries(records)) {
      const target = listOf(symbol);
      for (const record of list) target.push(record);
    }
  }
  return lists;
}

function isList(records: ReplayRecords): records is Iterable<ReplayRecord> {
  return Symbol.iterator in records;
}

function sourceOf(lists: ReadonlyMap<string, readonly ReplayRecord[]>, options: ReplayOptions): MarketSource {
  const { path = "towards-close", interval, pairs = {} } = options;
  if (interval !== undefined && !(Number.isSafeInteger(interval) && interval >= 1000))
    throw new RangeError(`replayMarket: interval must be milliseconds, 1000 or more, not ${interval}`);
  const series = [...lists].map(
    ([symbol, records]) => [symbol, seriesOf(symbol, records, { interval, path })] as const,
  );
  series.sort(([a], [b]) => (a < b ? -1 : 1));
  return { open: () => seriesMarket(series, pairs), describe: () => described(series, pairs) };
}

/** The records' fingerprint: with others, prices would be others. */
function described(
  lists: readonly (readonly [symbol: string, series: Series])[],
  filters: Readonly<Record<string, PairFilters>>,
): string {
  let print = 0;
  for (const [symbol, series] of lists) {
    print = deriveKey(print, symbol);
    for (let step = 0; step < series.length; step++) {
      const { units, scale } = series.price(step);
      print = deriveKey(print, `${series.time(step)} ${units} ${scale} ${series.volumeBefore(step + 1)}`);
    }
  }
  return `replay ${lists.length} ${print} ${JSON.stringify(filters)}`;
}

import { deriveKey } from "../base/random.ts";
import type { MarketSource } from "./market.ts";
import type { PairFilters } from "./pairs.ts";
import { createSeries, type ReplayRecord } from "./replayInput.ts";
import type { CandlePath, Series } from "./series.ts";
import { seriesMarket } from "./seriesMarket.ts";

/** Options of `replayMarket`. */
export interface ReplayOptions {
  /** The order of a candle's extremes. Default: `towards-close`, the extreme farther from the close first. */
  readonly path?: CandlePath | undefined;
  /** Length of a candle in milliseconds. Default: the shortest distance between two candles of a pair. */
  readonly interval?: number | undefined;
  /** Status and order filters of pairs, by symbol. */
  readonly pairs?: Readonly<Record<string, PairFilters>> | undefined;
}

/** Historical records, by symbol or as one list whose records name their pair. */
export type ReplayRecords =
  | Iterable<ReplayRecord>
  | { readonly [symbol: string]: Iterable<ReplayRecord>; readonly [Symbol.iterator]?: never };

/**
 * Creates a market that replays candles or trades at their original times, so set the exchange's clock accordingly. A
 * candle becomes four trades, a quarter of its length apart. A pair has no price before its first record and keeps the
 * last one after its end. An async iterable is read completely first.
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
  if (Symbol.asyncIterator in records)
    return collectAll(records).then((all) => createSource(groupBySymbol(all), options));
  return createSource(groupBySymbol(records), options);
}

async function collectAll(records: AsyncIterable<ReplayRecord>): Promise<readonly ReplayRecord[]> {
  const all: ReplayRecord[] = [];
  for await (const record of records) all.push(record);
  return all;
}

function groupBySymbol(records: ReplayRecords): ReadonlyMap<string, readonly ReplayRecord[]> {
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
        throw new TypeError("replayMarket: a record has no symbol. Pass lists by symbol instead: { BTCUSDT: candles }");
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

function createSource(lists: ReadonlyMap<string, readonly ReplayRecord[]>, options: ReplayOptions): MarketSource {
  const { path = "towards-close", interval, pairs = {} } = options;
  if (interval !== undefined && !(Number.isSafeInteger(interval) && interval >= 1000))
    throw new RangeError(`replayMarket: interval must be at least 1000 milliseconds, received ${interval}`);
  const series = [...lists].map(
    ([symbol, records]) => [symbol, createSeries(symbol, records, { interval, path })] as const,
  );
  series.sort(([a], [b]) => (a < b ? -1 : 1));
  return { open: () => seriesMarket(series, pairs), describe: () => describe(series, pairs) };
}

/** A fingerprint of the records, since other records would give other prices. */
function describe(
  lists: readonly (readonly [symbol: string, series: Series])[],
  filters: Readonly<Record<string, PairFilters>>,
): string {
  let fingerprint = 0;
  for (const [symbol, series] of lists) {
    fingerprint = deriveKey(fingerprint, symbol);
    for (let step = 0; step < series.length; step++) {
      const { units, scale } = series.price(step);
      fingerprint = deriveKey(fingerprint, `${series.time(step)} ${units} ${scale} ${series.volumeBefore(step + 1)}`);
    }
  }
  return `replay ${lists.length} ${fingerprint} ${JSON.stringify(filters)}`;
}

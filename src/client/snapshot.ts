import { invalid, type Price, type Ticker } from "../endpoints/index.ts";
import type { CallOptions, Clock } from "../transport/index.ts";

/** Price and ticker of several pairs, all asked for at once. */
export interface MarketSnapshot {
  /** When the first request was made, by the local clock. */
  readonly startedAt: Date;
  /** When the last answer was in. */
  readonly finishedAt: Date;
  /** Milliseconds in between. */
  readonly took: number;
  /** One entry a pair, in the order they were asked for; a pair named twice has one entry. */
  readonly entries: readonly SnapshotEntry[];
}

/** One pair of a snapshot: its figures, or why there are none. */
export type SnapshotEntry = SnapshotFigures | SnapshotFailure;

export interface SnapshotFigures {
  readonly symbol: string;
  readonly price: Price;
  readonly ticker: Ticker;
  readonly error: null;
  readonly took: SnapshotTimes;
}

export interface SnapshotFailure {
  readonly symbol: string;
  readonly price: null;
  readonly ticker: null;
  /** What the price's call, or else the ticker's, failed with. */
  readonly error: Error;
  readonly took: SnapshotTimes;
}

/** Milliseconds that each call took. */
export interface SnapshotTimes {
  readonly price: number;
  readonly ticker: number;
}

/** The two calls of one pair. */
export interface SnapshotSource {
  getPrice(symbol: string, options: CallOptions): Promise<Price>;
  getTicker(symbol: string, options: CallOptions): Promise<Ticker>;
}

export async function takeSnapshot(
  clock: Clock,
  source: SnapshotSource,
  symbols: readonly string[],
  options: CallOptions,
): Promise<MarketSnapshot> {
  if (typeof symbols !== "object" || symbols === null)
    throw invalid("marketSnapshot", [{ field: "symbols", message: 'must be a list, such as ["BTCUSDT", "ETHUSDT"]' }]);
  const start = clock.elapsed();
  const startedAt = new Date(clock.now());
  const timed = async <T>(
    work: Promise<T>,
  ): Promise<{ readonly result: PromiseSettledResult<T>; readonly took: number }> => {
    const [result] = await Promise.allSettled([work]);
    return { result, took: clock.elapsed() - start };
  };
  const entries = await Promise.all(
    [...new Set(symbols)].map(async (symbol): Promise<SnapshotEntry> => {
      const [price, ticker] = await Promise.all([
        timed(source.getPrice(symbol, options)),
        timed(source.getTicker(symbol, options)),
      ]);
      const took = { price: price.took, ticker: ticker.took };
      if (price.result.status === "fulfilled" && ticker.result.status === "fulfilled") {
        return { symbol, price: price.result.value, ticker: ticker.result.value, error: null, took };
      }
      const failed = price.result.status === "rejected" ? price.result : (ticker.result as PromiseRejectedResult);
      return { symbol, price: null, ticker: null, error: failed.reason as Error, took };
    }),
  );
  // A pair's failure is its own, but the caller's abort ends the whole.
  options.signal?.throwIfAborted();
  return { startedAt, finishedAt: new Date(clock.now()), took: clock.elapsed() - start, entries };
}

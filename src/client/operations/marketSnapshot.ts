import { invalid, type Price, type Ticker } from "../../endpoints/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import { partsOf, type Client } from "../createClient.ts";
import { getPrice, getTicker } from "./market.ts";

/** Price and ticker of several pairs, requested in parallel. */
export interface MarketSnapshot {
  /** Time of the first request, by the local clock. */
  readonly startedAt: Date;
  /** Time of the last response, by the local clock. */
  readonly finishedAt: Date;
  /** Milliseconds from `startedAt` to `finishedAt`. */
  readonly took: number;
  /** One entry per pair, in the requested order; duplicates are merged. */
  readonly entries: readonly SnapshotEntry[];
}

/** One pair of a snapshot: its price and ticker, or the error. */
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
  /** The error of the price request, or else of the ticker request. */
  readonly error: Error;
  readonly took: SnapshotTimes;
}

/** Duration of each call in milliseconds. */
export interface SnapshotTimes {
  readonly price: number;
  readonly ticker: number;
}

/** The operation of `client.marketSnapshot()`. */
export async function marketSnapshot(
  client: Client,
  symbols: readonly string[],
  options: CallOptions = {},
): Promise<MarketSnapshot> {
  const { clock } = partsOf(client).transport.config;
  if (typeof symbols !== "object" || symbols === null)
    throw invalid("marketSnapshot", [{ field: "symbols", message: 'must be a list, such as ["BTCUSDT", "ETHUSDT"]' }]);
  const start = clock.elapsed();
  const startedAt = new Date(clock.now());
  const measure = async <T>(
    work: Promise<T>,
  ): Promise<{ readonly result: PromiseSettledResult<T>; readonly took: number }> => {
    const [result] = await Promise.allSettled([work]);
    return { result, took: clock.elapsed() - start };
  };
  const entries = await Promise.all(
    [...new Set(symbols)].map(async (symbol): Promise<SnapshotEntry> => {
      const [price, ticker] = await Promise.all([
        measure(getPrice(client, symbol, options)),
        measure(getTicker(client, symbol, options)),
      ]);
      const took = { price: price.took, ticker: ticker.took };
      if (price.result.status === "fulfilled" && ticker.result.status === "fulfilled") {
        return { symbol, price: price.result.value, ticker: ticker.result.value, error: null, took };
      }
      const failed = price.result.status === "rejected" ? price.result : (ticker.result as PromiseRejectedResult);
      return { symbol, price: null, ticker: null, error: failed.reason as Error, took };
    }),
  );
  // A failed pair does not affect the others, but an abort by the caller rejects the whole snapshot.
  options.signal?.throwIfAborted();
  return { startedAt, finishedAt: new Date(clock.now()), took: clock.elapsed() - start, entries };
}

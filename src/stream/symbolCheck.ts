import type { InvalidSymbolError } from "../errors/index.ts";
import type { PairList } from "./pairs.ts";
import type { TickFeeds } from "./tickFeeds.ts";

/**
 * Returns a function that looks for symbols that do not exist: the platform acknowledges subscriptions to them and stays
 * silent. Symbols that have had a tick or a price are not looked up.
 */
export function createSymbolCheck(
  feeds: TickFeeds,
  pairs: PairList,
  onUnknown: (error: InvalidSymbolError) => void,
): (signal: AbortSignal) => Promise<void> {
  let isRunning = false;

  const unverified = (): readonly string[] =>
    feeds
      .feeds()
      .flatMap(({ symbol, isVerified, last, restPrice }) =>
        !isVerified && last === undefined && restPrice === undefined ? [symbol] : [],
      );

  return async (signal) => {
    if (isRunning) return;
    isRunning = true;
    try {
      // Symbols may be added during the request.
      for (let symbols = unverified(); symbols.length > 0; symbols = unverified()) {
        const errors = await pairs.findUnknown(symbols, signal);
        for (const symbol of symbols) {
          const feed = feeds.get(symbol);
          if (feed !== undefined) feed.isVerified = true;
        }
        for (const error of errors) onUnknown(error);
      }
    } finally {
      isRunning = false;
    }
  };
}

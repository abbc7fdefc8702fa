import { getPairs } from "../endpoints/index.ts";
import { InvalidSymbolError } from "../errors/index.ts";
import { mostSimilar } from "../wire/index.ts";
import type { StreamContext } from "./context.ts";

/** Milliseconds after which a pair that is not in the list may have been added. */
const MAX_AGE = 60_000;

/** The pairs of the platform, which acknowledges subscriptions to any name and stays silent if it is unknown. */
export interface PairList {
  /** Returns an error for each symbol that is not a pair. Rejects if the request for the list fails. */
  findUnknown(symbols: readonly string[], signal: AbortSignal): Promise<readonly InvalidSymbolError[]>;
}

export function createPairList(context: StreamContext): PairList {
  const { clock } = context;
  let listed: ReadonlySet<string> = new Set();
  let requestedAt = -Infinity;

  return {
    async findUnknown(symbols, signal) {
      const isUnknown = (symbol: string): boolean => !listed.has(symbol);
      if (symbols.some(isUnknown) && clock.elapsed() - requestedAt >= MAX_AGE) {
        const pairs = await context.request(getPairs, {}, { signal });
        listed = new Set(pairs.map(({ symbol }) => symbol));
        requestedAt = clock.elapsed();
      }
      // An empty list says nothing about a pair.
      return listed.size === 0 ? [] : symbols.filter(isUnknown).map((symbol) => unknownSymbol(symbol, [...listed]));
    },
  };
}

function unknownSymbol(symbol: string, pairs: readonly string[]): InvalidSymbolError {
  const similar = pairs.includes(`${symbol}USDT`) ? `${symbol}USDT` : mostSimilar(symbol, pairs);
  return new InvalidSymbolError(`Unknown pair ${symbol}.`, {
    code: "INVALID_SYMBOL",
    symbol,
    hint: `${similar === undefined ? "" : `Did you mean ${similar}? `}getPairs() lists all pairs.`,
  });
}

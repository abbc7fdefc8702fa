import { getPairs } from "../endpoints/index.ts";
import { InvalidSymbolError } from "../errors/index.ts";
import type { StreamContext } from "./context.ts";
import { mostSimilar } from "../wire/index.ts";

/** Milliseconds after which a pair that is not on the list may have been listed. */
const CURRENT = 60_000;

/** Which pairs there are: the platform acknowledges subscriptions to any name, and stays silent. */
export interface PairList {
  /** An error for each of these symbols that is no pair. Rejects when the platform cannot be asked. */
  unknown(symbols: readonly string[], signal: AbortSignal): Promise<readonly InvalidSymbolError[]>;
}

export function createPairList(context: StreamContext): PairList {
  let listed: ReadonlySet<string> = new Set();
  let askedAt = -Infinity;

  return {
    async unknown(symbols, signal) {
      const isMissing = (symbol: string): boolean => !listed.has(symbol);
      if (symbols.some(isMissing) && context.clock.elapsed() - askedAt >= CURRENT) {
        const pairs = await context.request(getPairs, {}, { signal });
        listed = new Set(pairs.map(({ symbol }) => symbol));
        askedAt = context.clock.elapsed();
      }
      return listed.size === 0 ? [] : symbols.filter(isMissing).map((symbol) => errorOf(symbol, listed));
    },
  };
}

function errorOf(symbol: string, listed: Iterable<string>): InvalidSymbolError {
  const pairs = [...listed];
  const similar = pairs.includes(`${symbol}USDT`) ? `${symbol}USDT` : mostSimilar(symbol, pairs);
  return new InvalidSymbolError(`There is no pair ${symbol}.`, {
    code: "INVALID_SYMBOL",
    symbol,
    hint: `${similar === undefined ? "" : `Did you mean ${similar}? `}getPairs() lists all pairs.`,
  });
}

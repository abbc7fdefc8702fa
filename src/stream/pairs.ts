import { getPairs } from "../endpoints/index.ts";
import { InvalidSymbolError } from "../errors/index.ts";
import { call, type Transport } from "../transport/index.ts";

/** Milliseconds after which a pair that is not on the list may have been listed. */
const CURRENT = 60_000;

/** Which pairs there are: the platform acknowledges subscriptions to any name, and stays silent. */
export interface PairList {
  /** An error for each of these symbols that is no pair. Rejects when the platform cannot be asked. */
  unknown(symbols: readonly string[], signal: AbortSignal): Promise<readonly InvalidSymbolError[]>;
}

export function createPairList(transport: Transport): PairList {
  let listed: ReadonlySet<string> = new Set();
  let askedAt = -Infinity;

  return {
    async unknown(symbols, signal) {
      const isMissing = (symbol: string): boolean => !listed.has(symbol);
      if (symbols.some(isMissing) && transport.clock.elapsed() - askedAt >= CURRENT) {
        const { pairs } = await call(transport, getPairs, {}, { signal });
        listed = new Set(pairs.map(({ symbol }) => symbol));
        askedAt = transport.clock.elapsed();
      }
      return listed.size === 0 ? [] : symbols.filter(isMissing).map((symbol) => errorOf(symbol, listed));
    },
  };
}

function errorOf(symbol: string, listed: Iterable<string>): InvalidSymbolError {
  const similar = mostSimilar(symbol, listed);
  return new InvalidSymbolError(`There is no pair ${symbol}.`, {
    code: "INVALID_SYMBOL",
    symbol,
    hint: `${similar === undefined ? "" : `Did you mean ${similar}? `}getPairs() lists all pairs.`,
  });
}

function mostSimilar(symbol: string, listed: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.min(2, Math.floor(symbol.length / 3)) + 1;
  for (const other of listed) {
    if (other === `${symbol}USDT`) return other;
    if (Math.abs(other.length - symbol.length) >= least) continue;
    const distance = edits(symbol, other);
    if (distance < least) [best, least] = [other, distance];
  }
  return best;
}

/** How many letters have to be inserted, removed or replaced to make one word of the other. */
function edits(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let to = 1; to <= other.length; to++) {
      const replaced = (row[to - 1] as number) + Number(one[at - 1] !== other[to - 1]);
      next.push(Math.min(replaced, (row[to] as number) + 1, (next[to - 1] as number) + 1));
    }
    row = next;
  }
  return row[other.length] as number;
}

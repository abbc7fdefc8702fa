import type { Market, MarketTrade } from "../market/market.ts";

/** Public trades of the pairs that somebody follows, each given out once. */
export interface Tape {
  /** From now on a pair's trades count. */
  follow(symbol: string, now: number): void;
  /** What was traded since the last time, oldest first; other pairs are forgotten. */
  take(symbols: ReadonlySet<string>, now: number): readonly TapeTrade[];
}

export interface TapeTrade {
  readonly symbol: string;
  readonly trade: MarketTrade;
}

const FIRST_LOOK = 16;
// The most that gathers before it is released.
const MOST_TRADES = 5000;

export function createTape(market: Market): Tape {
  /** Of each pair the newest trade that was given out. */
  const newest = new Map<string, number>();

  function since(symbol: string, id: number, now: number): readonly MarketTrade[] {
    for (let limit = FIRST_LOOK; ; limit *= 4) {
      const trades = market.trades(symbol, Math.min(limit, MOST_TRADES), now);
      const known = trades.findIndex((trade) => trade.id <= id);
      if (known !== -1) return trades.slice(0, known);
      if (trades.length < limit || limit > MOST_TRADES) return trades;
    }
  }

  return {
    follow(symbol, now) {
      if (!newest.has(symbol)) newest.set(symbol, market.trades(symbol, 1, now)[0]?.id ?? Number.NEGATIVE_INFINITY);
    },
    take(symbols, now) {
      const taken: TapeTrade[] = [];
      for (const symbol of symbols) {
        const trades = since(symbol, newest.get(symbol) ?? Number.NEGATIVE_INFINITY, now);
        newest.set(symbol, trades[0]?.id ?? newest.get(symbol) ?? Number.NEGATIVE_INFINITY);
        for (const trade of trades.toReversed()) taken.push({ symbol, trade });
      }
      for (const symbol of newest.keys()) if (!symbols.has(symbol)) newest.delete(symbol);
      return taken.toSorted((a, b) => a.trade.time - b.trade.time);
    },
  };
}

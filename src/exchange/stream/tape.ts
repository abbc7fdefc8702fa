import type { Market, MarketTrade } from "../market/market.ts";

/** Reads the market's public trades for all followed pairs; each trade is returned once. */
export interface Tape {
  /** Starts following a pair: earlier trades are not returned. */
  follow(symbol: string, now: number): void;
  /** Trades since the previous call, oldest first. Stops following all pairs not in `symbols`. */
  takeTrades(symbols: ReadonlySet<string>, now: number): readonly TapeTrade[];
}

export interface TapeTrade {
  readonly symbol: string;
  readonly trade: MarketTrade;
}

const FIRST_PAGE = 16;
// Maximum number of trades per pair and call; older ones are skipped.
const MAX_TRADES = 5000;

export function createTape(market: Market): Tape {
  /** The newest trade returned, by pair. */
  const newestIds = new Map<string, number>();

  function tradesAfter(symbol: string, id: number, now: number): readonly MarketTrade[] {
    for (let limit = FIRST_PAGE; ; limit *= 4) {
      const trades = market.trades(symbol, Math.min(limit, MAX_TRADES), now);
      const known = trades.findIndex((trade) => trade.id <= id);
      if (known !== -1) return trades.slice(0, known);
      if (trades.length < limit || limit > MAX_TRADES) return trades;
    }
  }

  return {
    follow(symbol, now) {
      if (newestIds.has(symbol)) return;
      newestIds.set(symbol, market.trades(symbol, 1, now)[0]?.id ?? Number.NEGATIVE_INFINITY);
    },
    takeTrades(symbols, now) {
      const taken: TapeTrade[] = [];
      for (const symbol of symbols) {
        const newest = newestIds.get(symbol) ?? Number.NEGATIVE_INFINITY;
        const trades = tradesAfter(symbol, newest, now);
        newestIds.set(symbol, trades[0]?.id ?? newest);
        for (const trade of trades.toReversed()) taken.push({ symbol, trade });
      }
      for (const symbol of newestIds.keys()) if (!symbols.has(symbol)) newestIds.delete(symbol);
      return taken.toSorted((a, b) => a.trade.time - b.trade.time);
    },
  };
}

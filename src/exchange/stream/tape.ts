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

// Maximum number of trades per pair and call; older ones are skipped.
const MAX_TRADES = 5000;

export function createTape(market: Market): Tape {
  /** The newest trade returned, by pair. */
  const newestIds = new Map<string, number>();

  return {
    follow(symbol, now) {
      if (newestIds.has(symbol)) return;
      newestIds.set(symbol, market.trades(symbol, 1, now)[0]?.id ?? Number.NEGATIVE_INFINITY);
    },
    takeTrades(symbols, now) {
      const taken: TapeTrade[] = [];
      for (const symbol of symbols) {
        const newest = newestIds.get(symbol) ?? Number.NEGATIVE_INFINITY;
        const trades = market.trades(symbol, MAX_TRADES, now, newest);
        if (trades[0] !== undefined) newestIds.set(symbol, trades[0].id);
        // A market can ignore `after`.
        for (const trade of trades.toReversed()) if (trade.id > newest) taken.push({ symbol, trade });
      }
      for (const symbol of newestIds.keys()) if (!symbols.has(symbol)) newestIds.delete(symbol);
      return taken.toSorted((a, b) => a.trade.time - b.trade.time);
    },
  };
}

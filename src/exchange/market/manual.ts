import type { ExchangeClock } from "../time/clock.ts";
import { Tree } from "../collections/tree.ts";
import { toDecimal28, compare, ONE, add, toFixed8, fromFixed8, type Decimal28 } from "../base/amount.ts";
import {
  createQuote,
  type MarketCandle,
  type Market,
  type MarketListener,
  type MarketSource,
  type MarketPair,
  type MarketTrade,
  type Quote,
} from "./market.ts";
import { createPair, type PairFilters } from "./pairs.ts";

/** The properties of a pair of a manual market. */
export interface ManualQuote extends PairFilters {
  /** Last price in USDT. A pair without a price cannot be traded yet. */
  readonly price?: string | number | { toString(): string } | undefined;
  /** 24-hour volume in the base asset. Default: unchanged. */
  readonly volume?: string | number | { toString(): string } | undefined;
}

/** A market whose prices change only when they are set. */
export interface ManualMarket extends Market {
  /**
   * Sets the last price and the volume of a pair, and lists the pair if it is new. The ticker's open, high, low and
   * close become this price.
   *
   * @example
   * ```ts
   * exchange.market.set("BTCUSDT", { price: "61000", volume: "18000" });
   * ```
   */
  set(symbol: string, quote: ManualQuote): void;
}

interface Listing {
  readonly pair: MarketPair;
  quote: Quote | undefined;
  volume: Decimal28 | undefined;
  /** Prices by number, counted from 1, as far as they are kept. */
  readonly moves: Tree<number, Quote>;
}

type Listings = Map<string, Listing>;

// Every price set is one public trade. Older ones are dropped.
const MAX_TRADES = 10_000;

/**
 * Creates a market for tests, whose prices change only when they are set.
 *
 * @example
 * ```ts
 * const exchange = createExchange({ market: manualMarket({ BTCUSDT: { price: "61250.40", volume: "18000" } }) });
 * exchange.market.set("BTCUSDT", { price: "60000" });
 * exchange.sweep(); // fills orders that this price triggers
 * ```
 */
export function manualMarket(quotes: Readonly<Record<string, ManualQuote>> = {}): MarketSource<ManualMarket> {
  return {
    open: (clock, listener, saved) => openMarket(clock, quotes, listener, saved as Listings | undefined),
    describe: () =>
      `manual ${JSON.stringify(Object.entries(quotes).map(([symbol, quote]) => [symbol, toStrings(quote)]))}`,
  };
}

function openMarket(
  clock: ExchangeClock,
  quotes: Readonly<Record<string, ManualQuote>>,
  listener: MarketListener | undefined,
  saved: Listings | undefined,
): ManualMarket {
  const listings: Listings = saved ?? new Map<string, Listing>();
  let pairs = sortPairs(listings);

  function getOrList(symbol: string, quote: ManualQuote): Listing {
    const known = listings.get(symbol);
    if (known !== undefined) return known;
    const price = quote.price === undefined ? 0 : Number(String(quote.price));
    const listing: Listing = {
      pair: createPair(symbol, price, quote),
      quote: undefined,
      volume: undefined,
      moves: new Tree(),
    };
    listings.set(symbol, listing);
    pairs = sortPairs(listings);
    return listing;
  }

  function setQuote(symbol: string, quote: ManualQuote): void {
    const price = quote.price === undefined ? undefined : toDecimal28(quote.price);
    if (price !== undefined && price.units <= 0n) {
      throw new RangeError(`the price of ${symbol} must be greater than 0, received ${String(quote.price)}`);
    }
    const volume = quote.volume === undefined ? undefined : toFixed8(toDecimal28(quote.volume));
    const listing = getOrList(symbol.toUpperCase(), quote);
    if (volume !== undefined) listing.volume = fromFixed8(volume);
    if (price === undefined) return;
    listing.quote = createQuote(price, clock.now());
    const { moves } = listing;
    moves.set((moves.last()?.[0] ?? 0) + 1, listing.quote);
    const oldest = moves.first()?.[0];
    if (moves.size > MAX_TRADES && oldest !== undefined) moves.delete(oldest);
  }

  if (saved === undefined) for (const [symbol, quote] of Object.entries(quotes)) setQuote(symbol, quote);
  return {
    moves: false,
    set(symbol, quote) {
      listener?.beforeChange();
      setQuote(symbol, quote);
      listener?.changed(symbol, toStrings(quote));
    },
    pairs: () => pairs,
    pair: (symbol) => listings.get(symbol)?.pair,
    quote(symbol, now) {
      const listing = listings.get(symbol);
      // If older trades have been dropped, the oldest one kept answers for them.
      if (listing?.quote === undefined || listing.quote.time <= now) return listing?.quote;
      const { moves } = listing;
      const [number, oldest] = moves.first() ?? [];
      return moves.entryAt(lastMove(moves, now))?.[1] ?? (number === 1 ? undefined : oldest);
    },
    volume: (symbol) => listings.get(symbol)?.volume,
    summary(symbol) {
      const listing = listings.get(symbol);
      if (listing?.quote === undefined) return undefined;
      const { price } = listing.quote;
      return {
        open: price,
        high: price,
        low: price,
        close: price,
        volume: listing.volume ?? { units: 0n, scale: 8 },
        tradeCount: 0,
      };
    },
    candles: (symbol, interval, limit, from, until) =>
      candlesOf(listings.get(symbol)?.moves ?? new Tree(), interval, limit, from, until),
    trades(symbol, limit, _now, after = 0) {
      const listing = listings.get(symbol);
      if (listing === undefined) return [];
      const trades: MarketTrade[] = [];
      if (limit <= 0) return trades;
      listing.moves.descend(listing.moves.size - 1, (number, move) => {
        if (number <= after) return false;
        return trades.push(tradeOf(move, number)) < limit;
      });
      return trades;
    },
    save: () => listings,
    nextCrossing(symbol, { atOrBelow, atOrAbove }, first, last) {
      const quote = listings.get(symbol)?.quote;
      if (quote === undefined || last < first) return undefined;
      const reached =
        (atOrBelow !== undefined && quote.ceiling <= atOrBelow) ||
        (atOrAbove !== undefined && quote.floor >= atOrAbove);
      return reached ? first : undefined;
    },
  };
}

/** The given properties of a quote, as strings. */
function toStrings(quote: ManualQuote): Readonly<Record<string, string>> {
  const given = Object.entries(quote).filter(([, value]: [string, unknown]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]: [string, unknown]) => [name, String(value)]));
}

function tradeOf(move: Quote, id: number): MarketTrade {
  return { id, price: move.price, quantity: ONE, time: move.time, isBuyerMaker: id % 2 === 0 };
}

function sortPairs(listings: Listings): readonly MarketPair[] {
  return [...listings.values()].map((each) => each.pair).toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1));
}

/** Index of the last move at or before `time`; -1 if all are later. */
function lastMove(moves: Tree<number, Quote>, time: number): number {
  return moves.search((_, move) => move.time > time) - 1;
}

/** Goes back from the newest candle, so that it reads only moves of candles that it returns. */
function candlesOf(
  moves: Tree<number, Quote>,
  interval: number,
  limit: number,
  from: number,
  until: number,
): readonly MarketCandle[] {
  const candles: MarketCandle[] = [];
  let last = lastMove(moves, Math.floor(until / interval) * interval + interval - 1);
  while (candles.length < limit) {
    const newest = moves.entryAt(last)?.[1];
    if (newest === undefined) break;
    const time = Math.floor(newest.time / interval) * interval;
    if (time < from) break;
    let candle: MarketCandle | undefined;
    const first = lastMove(moves, time - 1) + 1;
    moves.ascend(first, (_, move) => {
      if (move.time >= time + interval) return false;
      candle = candle === undefined ? openCandle(time, move.price) : extendCandle(candle, move.price);
      return true;
    });
    if (candle !== undefined) candles.push(candle);
    last = first - 1;
  }
  return candles.toReversed();
}

function openCandle(time: number, price: Decimal28): MarketCandle {
  return { time, open: price, high: price, low: price, close: price, volume: ONE, tradeCount: 1 };
}

function extendCandle(candle: MarketCandle, price: Decimal28): MarketCandle {
  return {
    ...candle,
    close: price,
    high: compare(price, candle.high) > 0 ? price : candle.high,
    low: compare(price, candle.low) < 0 ? price : candle.low,
    volume: add(candle.volume, ONE),
    tradeCount: candle.tradeCount + 1,
  };
}

import type { ExchangeClock } from "../time/clock.ts";
import { toDecimal28, compare, ONE, add, rescale, type Decimal28 } from "../base/amount.ts";
import {
  quoteOf,
  type MarketCandle,
  type Market,
  type MarketListener,
  type MarketSource,
  type MarketPair,
  type MarketTrade,
  type Quote,
} from "./market.ts";
import { listedPair, type PairFilters } from "./pairs.ts";

/** What a manual market is told of a pair. */
export interface ManualQuote extends PairFilters {
  /** Last price, in USDT; left out, the pair has none (yet). */
  readonly price?: string | number | { toString(): string } | undefined;
  /** 24-hour volume in the base asset; left out, the pair keeps the one it has. */
  readonly volume?: string | number | { toString(): string } | undefined;
}

/** A market whose prices change only when somebody says so. */
export interface ManualMarket extends Market {
  /**
   * Sets the last price and the volume of a pair, and lists it if it is new. The ticker's open, high, low and
   * close become the price.
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
  readonly moves: Quote[];
  dropped: number;
}

// Every price set is one public trade; older ones are forgotten.
const MOST_MOVES = 10_000;

/**
 * A market for tests: nothing moves unless told.
 *
 * @example
 * ```ts
 * const exchange = createExchange({ market: manualMarket({ BTCUSDT: { price: "61250.40", volume: "18000" } }) });
 * exchange.market.set("BTCUSDT", { price: "60000" });
 * exchange.sweep(); // orders that this price triggers are filled
 * ```
 */
export function manualMarket(quotes: Readonly<Record<string, ManualQuote>> = {}): MarketSource<ManualMarket> {
  return {
    open: (clock, listener) => openMarket(clock, quotes, listener),
    describe: () =>
      `manual ${JSON.stringify(Object.entries(quotes).map(([symbol, quote]) => [symbol, textsOf(quote)]))}`,
  };
}

function openMarket(
  clock: ExchangeClock,
  quotes: Readonly<Record<string, ManualQuote>>,
  listener?: MarketListener,
): ManualMarket {
  const listings = new Map<string, Listing>();
  let pairs: readonly MarketPair[] = [];

  function listed(symbol: string, quote: ManualQuote): Listing {
    const known = listings.get(symbol);
    if (known !== undefined) return known;
    const price = quote.price === undefined ? 0 : Number(String(quote.price));
    const listing: Listing = {
      pair: listedPair(symbol, price, quote),
      quote: undefined,
      volume: undefined,
      moves: [],
      dropped: 0,
    };
    listings.set(symbol, listing);
    pairs = [...listings.values()].map((each) => each.pair).toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1));
    return listing;
  }

  function put(symbol: string, quote: ManualQuote): void {
    const price = quote.price === undefined ? undefined : toDecimal28(quote.price);
    if (price !== undefined && price.units <= 0n) {
      throw new RangeError(`the price of ${symbol} must be greater than 0, not ${String(quote.price)}`);
    }
    const volume = quote.volume === undefined ? undefined : rescale(toDecimal28(quote.volume), 8, "half-away");
    const listing = listed(symbol.toUpperCase(), quote);
    if (volume !== undefined) listing.volume = { units: volume, scale: 8 };
    if (price === undefined) return;
    listing.quote = quoteOf(price, clock.now());
    listing.moves.push(listing.quote);
    if (listing.moves.length > MOST_MOVES) listing.dropped += listing.moves.splice(0, MOST_MOVES / 10).length;
  }

  for (const [symbol, quote] of Object.entries(quotes)) put(symbol, quote);
  return {
    moves: false,
    set(symbol, quote) {
      listener?.beforeChange();
      put(symbol, quote);
      listener?.changed(symbol, textsOf(quote));
    },
    pairs: () => pairs,
    pair: (symbol) => listings.get(symbol)?.pair,
    quote(symbol, now) {
      const listing = listings.get(symbol);
      // Of the moves that are remembered the oldest stands for those that are not.
      if (listing?.quote === undefined || listing.quote.time <= now) return listing?.quote;
      return listing.moves.findLast((move) => move.time <= now) ?? (listing.dropped > 0 ? listing.moves[0] : undefined);
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
    candles(symbol, interval, limit, from, until) {
      const candles = candlesOf(listings.get(symbol)?.moves ?? [], interval, from, until);
      return candles.slice(Math.max(0, candles.length - limit));
    },
    trades(symbol, limit) {
      const listing = listings.get(symbol);
      if (listing === undefined) return [];
      return listing.moves
        .slice(-limit)
        .map((move, at, moves) => tradeOf(move, listing.dropped + listing.moves.length - moves.length + at + 1))
        .toReversed();
    },
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

/** A quote without what was left out, its numbers as texts. */
function textsOf(quote: ManualQuote): Readonly<Record<string, string>> {
  const given = Object.entries(quote).filter(([, value]: [string, unknown]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]: [string, unknown]) => [name, String(value)]));
}

function tradeOf(move: Quote, id: number): MarketTrade {
  return { id, price: move.price, quantity: ONE, time: move.time, isBuyerMaker: id % 2 === 0 };
}

function candlesOf(moves: readonly Quote[], interval: number, from: number, until: number): readonly MarketCandle[] {
  const candles: MarketCandle[] = [];
  for (const { price, time } of moves) {
    const start = Math.floor(time / interval) * interval;
    if (start < from || start > until) continue;
    const last = candles.at(-1);
    if (last?.time === start) candles[candles.length - 1] = extended(last, price);
    else candles.push({ time: start, open: price, high: price, low: price, close: price, volume: ONE, tradeCount: 1 });
  }
  return candles;
}

function extended(candle: MarketCandle, price: Decimal28): MarketCandle {
  return {
    ...candle,
    close: price,
    high: compare(price, candle.high) > 0 ? price : candle.high,
    low: compare(price, candle.low) < 0 ? price : candle.low,
    volume: add(candle.volume, ONE),
    tradeCount: candle.tradeCount + 1,
  };
}

import type { ExchangeClock } from "../time/clock.ts";
import { at } from "../base/at.ts";
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
  readonly moves: Quote[];
  dropped: number;
}

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
    open: (clock, listener) => openMarket(clock, quotes, listener),
    describe: () =>
      `manual ${JSON.stringify(Object.entries(quotes).map(([symbol, quote]) => [symbol, toStrings(quote)]))}`,
  };
}

function openMarket(
  clock: ExchangeClock,
  quotes: Readonly<Record<string, ManualQuote>>,
  listener?: MarketListener,
): ManualMarket {
  const listings = new Map<string, Listing>();
  let pairs: readonly MarketPair[] = [];

  function getOrList(symbol: string, quote: ManualQuote): Listing {
    const known = listings.get(symbol);
    if (known !== undefined) return known;
    const price = quote.price === undefined ? 0 : Number(String(quote.price));
    const listing: Listing = {
      pair: createPair(symbol, price, quote),
      quote: undefined,
      volume: undefined,
      moves: [],
      dropped: 0,
    };
    listings.set(symbol, listing);
    pairs = [...listings.values()].map((each) => each.pair).toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1));
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
    listing.moves.push(listing.quote);
    if (listing.moves.length > MAX_TRADES) listing.dropped += listing.moves.splice(0, MAX_TRADES / 10).length;
  }

  for (const [symbol, quote] of Object.entries(quotes)) setQuote(symbol, quote);
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
      return listing.moves[lastMove(listing.moves, now)] ?? (listing.dropped > 0 ? listing.moves[0] : undefined);
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
      candlesOf(listings.get(symbol)?.moves ?? [], interval, limit, from, until),
    trades(symbol, limit, _now, after = 0) {
      const listing = listings.get(symbol);
      if (listing === undefined) return [];
      const { moves, dropped } = listing;
      const count = Math.min(limit, moves.length, Math.max(0, dropped + moves.length - after));
      return moves
        .slice(moves.length - count)
        .map((move, index) => tradeOf(move, dropped + moves.length - count + index + 1))
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

/** The given properties of a quote, as strings. */
function toStrings(quote: ManualQuote): Readonly<Record<string, string>> {
  const given = Object.entries(quote).filter(([, value]: [string, unknown]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]: [string, unknown]) => [name, String(value)]));
}

function tradeOf(move: Quote, id: number): MarketTrade {
  return { id, price: move.price, quantity: ONE, time: move.time, isBuyerMaker: id % 2 === 0 };
}

/** Index of the last move at or before `time`; -1 if all are later. */
function lastMove(moves: readonly Quote[], time: number): number {
  let low = -1;
  let high = moves.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at(moves, middle).time <= time) low = middle;
    else high = middle;
  }
  return low;
}

/** Goes back from the newest candle, so that it reads only moves of candles that it returns. */
function candlesOf(
  moves: readonly Quote[],
  interval: number,
  limit: number,
  from: number,
  until: number,
): readonly MarketCandle[] {
  const candles: MarketCandle[] = [];
  let last = lastMove(moves, Math.floor(until / interval) * interval + interval - 1);
  while (last >= 0 && candles.length < limit) {
    const time = Math.floor(at(moves, last).time / interval) * interval;
    if (time < from) break;
    let first = last;
    while (first > 0 && at(moves, first - 1).time >= time) first--;
    const { price } = at(moves, first);
    let candle: MarketCandle = { time, open: price, high: price, low: price, close: price, volume: ONE, tradeCount: 1 };
    for (const move of moves.slice(first + 1, last + 1)) candle = extendCandle(candle, move.price);
    candles.push(candle);
    last = first - 1;
  }
  return candles.toReversed();
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

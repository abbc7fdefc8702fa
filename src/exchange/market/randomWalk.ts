import type { Decimal28 } from "../base/amount.ts";
import { bitsAt, deriveKey } from "../base/random.ts";
import {
  createQuote,
  type MarketCandle,
  type Market,
  type MarketSource,
  type MarketPair,
  type MarketTrade,
  type Quote,
  type Summary,
} from "./market.ts";
import { createPair, PROFILES, type PairProfile } from "./pairs.ts";
import { pricePath, type PricePath } from "./pricePath.ts";
import { volumePath, type VolumePath } from "./volumePath.ts";
import { DAY } from "../time/units.ts";

// An exchange has at least this much history, however early it opens.
const MIN_HISTORY = 1500 * DAY;
const HISTORY_START = Date.UTC(2020);
// Trades are numbered from 1970; the offset keeps ids positive before that.
const ID_OFFSET = 2 ** 30;

/** Options of {@link randomWalkMarket}. */
export interface RandomWalkOptions {
  /** Another seed gives other prices. Default: 1. */
  readonly seed?: number | undefined;
}

interface Listing {
  readonly pair: MarketPair;
  readonly profile: PairProfile;
  readonly price: PricePath;
  readonly volume: VolumePath;
  readonly makerKey: number;
  quote: Quote | undefined;
  dayVolume: { readonly second: number; readonly amount: Decimal28 } | undefined;
}

/**
 * Creates a market of more than fifty pairs that follow seeded random walks, with unlimited history. Prices change at
 * most once a second. They are computed on demand, so simulating a day costs no more than a second.
 *
 * @example
 * ```ts
 * const exchange = createExchange({ market: randomWalkMarket({ seed: 42 }) });
 * ```
 */
export function randomWalkMarket(options: RandomWalkOptions = {}): MarketSource {
  const seed = options.seed ?? 1;
  return { open: (clock) => openMarket(seed, clock.now()), describe: () => `random walk ${seed}` };
}

function openMarket(seed: number, opened: number): Market {
  const since = Math.min(HISTORY_START, Math.floor((opened - MIN_HISTORY) / DAY) * DAY);
  const listings = new Map<string, Listing>();
  for (const profile of PROFILES) {
    listings.set(profile.symbol, {
      pair: createPair(profile.symbol, profile.price),
      profile,
      price: pricePath(seed, profile),
      volume: volumePath(seed, profile),
      makerKey: deriveKey(seed, `makers/${profile.symbol}`),
      quote: undefined,
      dayVolume: undefined,
    });
  }
  const pairs = [...listings.values()].map((listing) => listing.pair);

  return {
    moves: true,
    pairs: () => pairs,
    pair: (symbol) => listings.get(symbol)?.pair,
    quote(symbol, now) {
      const listing = listings.get(symbol);
      if (listing === undefined) return undefined;
      const time = secondOf(now) * 1000;
      if (listing.quote?.time !== time)
        listing.quote = createQuote(priceOf(listing, listing.price.at(time / 1000)), time);
      return listing.quote;
    },
    volume(symbol, now) {
      const listing = listings.get(symbol);
      if (listing === undefined) return undefined;
      const second = secondOf(now);
      if (listing.dayVolume?.second !== second) {
        listing.dayVolume = { second, amount: sumTrades(listing, second * 1000 - DAY, second * 1000).volume };
      }
      return listing.dayVolume.amount;
    },
    summary(symbol, from, now) {
      const listing = listings.get(symbol);
      return listing === undefined ? undefined : summaryOf(listing, from, now);
    },
    candles(symbol, interval, limit, from, until, now) {
      const listing = listings.get(symbol);
      if (listing === undefined) return [];
      const last = Math.floor(Math.min(until, now) / interval) * interval;
      const first = Math.max(Math.ceil(Math.max(since, from) / interval) * interval, last - (limit - 1) * interval);
      const candles: MarketCandle[] = [];
      for (let time = first; time <= last; time += interval) {
        // The price of the current second is final, so an open candle ends with that second.
        const end = Math.min(time + interval, (secondOf(now) + 1) * 1000) - 1;
        candles.push({ time, ...summaryOf(listing, time, end) });
      }
      return candles;
    },
    history: {
      since,
      close(symbol, interval, time) {
        const listing = listings.get(symbol);
        return listing && priceOf(listing, listing.price.at(secondOf(time + interval) - 1));
      },
    },
    trades(symbol, limit, now) {
      const listing = listings.get(symbol);
      if (listing === undefined) return [];
      const newest = listing.volume.tradesBefore(now);
      return Array.from({ length: limit }, (_, back) => tradeOf(listing, newest - back));
    },
    nextCrossing(symbol, { atOrBelow, atOrAbove }, first, last) {
      const listing = listings.get(symbol);
      if (listing === undefined || last < first) return undefined;
      const tick = 10n ** BigInt(8 - listing.profile.decimals);
      const below = atOrBelow === undefined ? -1 : Number(atOrBelow / tick);
      const above = atOrAbove === undefined ? Number.POSITIVE_INFINITY : Number((atOrAbove + tick - 1n) / tick);
      const second = listing.price.firstOutside(secondOf(first), secondOf(last), below, above);
      // The candidate times are one second apart, with the same milliseconds as `first`.
      return second === undefined ? undefined : first + (second - secondOf(first)) * 1000;
    },
  };
}

function secondOf(time: number): number {
  return Math.floor(time / 1000);
}

function priceOf(listing: Listing, ticks: number): Decimal28 {
  return { units: BigInt(ticks), scale: listing.profile.decimals };
}

function summaryOf(listing: Listing, from: number, to: number): Summary {
  const first = secondOf(from);
  const last = secondOf(to);
  const { price } = listing;
  return {
    open: priceOf(listing, price.at(first)),
    high: priceOf(listing, price.highest(first, last)),
    low: priceOf(listing, price.lowest(first, last)),
    close: priceOf(listing, price.at(last)),
    ...sumTrades(listing, from, to + 1),
  };
}

function sumTrades(
  { volume }: Listing,
  from: number,
  to: number,
): { readonly volume: Decimal28; readonly tradeCount: number } {
  const before = volume.tradesBefore(from);
  const until = volume.tradesBefore(to);
  return {
    volume: lotsToAmount(volume, volume.lotsUntil(until) - volume.lotsUntil(before)),
    tradeCount: until - before,
  };
}

/** Converts lots to an amount of the base asset with 8 decimals. */
function lotsToAmount(volume: VolumePath, lots: number): Decimal28 {
  return { units: BigInt(lots) * 10n ** BigInt(8 - volume.lotDecimals), scale: 8 };
}

function tradeOf(listing: Listing, id: number): MarketTrade {
  const { volume, price, makerKey } = listing;
  const time = volume.timeOf(id);
  return {
    id: id + ID_OFFSET,
    price: priceOf(listing, price.at(secondOf(time))),
    quantity: lotsToAmount(volume, volume.lotsUntil(id) - volume.lotsUntil(id - 1)),
    time,
    isBuyerMaker: (bitsAt(makerKey, 0, id) & 1) === 1,
  };
}

import type { Decimal28 } from "../base/amount.ts";
import { bitsInRow, deriveKey, rowKey } from "../base/random.ts";
import { DAY } from "../time/units.ts";
import { CandleCache, type Window } from "./candleCache.ts";
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
import { PricePath } from "./pricePath.ts";
import { VolumePath } from "./volumePath.ts";

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
  /** A lot in units of 1e-8. */
  readonly lot: bigint;
  quote: Quote | undefined;
  dayVolume: { readonly second: number; readonly amount: Decimal28 } | undefined;
}

/**
 * Creates a market of more than fifty pairs that follow seeded random walks, with unlimited history. Prices change at
 * most once a second. They are computed on demand, so simulating a day costs no more than a second. Closed candles are
 * kept in at most 12 MiB, which an exchange and its forks share.
 *
 * @example
 * ```ts
 * const exchange = createExchange({ market: randomWalkMarket({ seed: 42 }) });
 * ```
 */
export function randomWalkMarket(options: RandomWalkOptions = {}): MarketSource {
  const seed = options.seed ?? 1;
  const listings = new Map(PROFILES.map((profile) => [profile.symbol, createListing(seed, profile)]));
  const closedCandles = new CandleCache();
  return {
    open: (clock) => openMarket(listings, closedCandles, clock.now()),
    describe: () => `random walk ${seed}`,
  };
}

function createListing(seed: number, profile: PairProfile): Listing {
  const volume = new VolumePath(seed, profile);
  return {
    pair: createPair(profile.symbol, profile.price),
    profile,
    price: new PricePath(seed, profile),
    volume,
    lot: 10n ** BigInt(8 - volume.lotDecimals),
    makerKey: rowKey(deriveKey(seed, `makers/${profile.symbol}`), 0),
    quote: undefined,
    dayVolume: undefined,
  };
}

/** The results depend on the seed and the time only, so all markets of a seed can share listings and candles. */
function openMarket(listings: ReadonlyMap<string, Listing>, closedCandles: CandleCache, opened: number): Market {
  const since = Math.min(HISTORY_START, Math.floor((opened - MIN_HISTORY) / DAY) * DAY);
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
        const { lots } = tradesIn(listing, second * 1000 - DAY, second * 1000);
        listing.dayVolume = { second, amount: amountOf(listing, lots) };
      }
      return listing.dayVolume.amount;
    },
    summary(symbol, from, now) {
      const listing = listings.get(symbol);
      return listing && summaryOf(listing, windowOf(listing, from, now));
    },
    candles(symbol, interval, limit, from, until, now) {
      const listing = listings.get(symbol);
      if (listing === undefined) return [];
      const series = `${symbol}/${interval}`;
      const last = Math.floor(Math.min(until, now) / interval) * interval;
      const first = Math.max(Math.ceil(Math.max(since, from) / interval) * interval, last - (limit - 1) * interval);
      // The price of the current second is final, so an open candle ends with that second.
      const known = (secondOf(now) + 1) * 1000;
      const candles: MarketCandle[] = [];
      for (let time = first; time <= last; time += interval) {
        const compute = (): Window => windowOf(listing, time, Math.min(time + interval, known) - 1);
        const window =
          time + interval <= known ? closedCandles.get(series, Math.round(time / interval), compute) : compute();
        candles.push({ time, ...summaryOf(listing, window) });
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
    trades(symbol, limit, now, after = Number.NEGATIVE_INFINITY) {
      const listing = listings.get(symbol);
      if (listing === undefined) return [];
      const newest = listing.volume.tradesBefore(now);
      const count = Math.min(limit, newest + ID_OFFSET - after);
      return Array.from({ length: Math.max(0, count) }, (_, back) => tradeOf(listing, newest - back));
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

function windowOf(listing: Listing, from: number, to: number): Window {
  const { open, high, low, close } = listing.price.range(secondOf(from), secondOf(to));
  const { lots, tradeCount } = tradesIn(listing, from, to + 1);
  return { open, high, low, close, lots, tradeCount };
}

/** The trades of `[from, to)`. */
function tradesIn({ volume }: Listing, from: number, to: number): Pick<Window, "lots" | "tradeCount"> {
  const before = volume.tradesBefore(from);
  const until = volume.tradesBefore(to);
  return { lots: volume.lotsUntil(until) - volume.lotsUntil(before), tradeCount: until - before };
}

function summaryOf(listing: Listing, { open, high, low, close, lots, tradeCount }: Window): Summary {
  return {
    open: priceOf(listing, open),
    high: priceOf(listing, high),
    low: priceOf(listing, low),
    close: priceOf(listing, close),
    volume: amountOf(listing, lots),
    tradeCount,
  };
}

/** An amount of the base asset with 8 decimals. */
function amountOf({ lot }: Listing, lots: number): Decimal28 {
  return { units: BigInt(lots) * lot, scale: 8 };
}

function tradeOf(listing: Listing, id: number): MarketTrade {
  const { volume, price, makerKey } = listing;
  const time = volume.timeOf(id);
  return {
    id: id + ID_OFFSET,
    price: priceOf(listing, price.at(secondOf(time))),
    quantity: amountOf(listing, volume.lotsUntil(id) - volume.lotsUntil(id - 1)),
    time,
    isBuyerMaker: (bitsInRow(makerKey, id) & 1) === 1,
  };
}

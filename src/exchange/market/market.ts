import type { ExchangeClock } from "../time/clock.ts";
import { type Decimal28, type Fixed8, fixed8 } from "../base/amount.ts";

/** A listed pair and its order filters. */
export interface MarketPair {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly status: "active" | "inactive";
  readonly minQuantity: Fixed8;
  readonly maxQuantity: Fixed8 | undefined;
  readonly stepSize: Fixed8;
  readonly minNotional: Fixed8;
}

/** The last public trade of a pair. */
export interface Quote {
  readonly price: Decimal28;
  /** Unix milliseconds. */
  readonly time: number;
  /** The price with 8 decimals, rounded down and up: what triggers are compared with. */
  readonly floor: Fixed8;
  readonly ceiling: Fixed8;
}

/** What was traded in a window of time. */
export interface Summary {
  readonly open: Decimal28;
  readonly high: Decimal28;
  readonly low: Decimal28;
  readonly close: Decimal28;
  /** In the base asset. */
  readonly volume: Decimal28;
  readonly tradeCount: number;
}

export interface MarketCandle extends Summary {
  /** Start of the interval, Unix milliseconds. */
  readonly time: number;
}

export interface MarketTrade {
  readonly id: number;
  readonly price: Decimal28;
  readonly quantity: Decimal28;
  /** Unix milliseconds. */
  readonly time: number;
  readonly isBuyerMaker: boolean;
}

/** Orders of one pair that wait: the prices at which the first of each direction triggers. */
export interface Triggers {
  /** Some order triggers at this price and below. */
  readonly atOrBelow: Fixed8 | undefined;
  /** Some order triggers at this price and above. */
  readonly atOrAbove: Fixed8 | undefined;
}

/** Closes without their candles, of a market that can compute them one by one. */
export interface MarketHistory {
  /** Where the past begins, Unix milliseconds. */
  readonly since: number;
  /** Close of the finished candle that starts at `time`; undefined for pairs that are not listed. */
  close(symbol: string, interval: number, time: number): Decimal28 | undefined;
}

/** Where prices come from. Times are Unix milliseconds; no answer depends on earlier questions. */
export interface Market {
  /** False when prices change only because somebody says so. */
  readonly moves: boolean;
  /** All listed pairs, by symbol ascending. */
  pairs(): readonly MarketPair[];
  pair(symbol: string): MarketPair | undefined;
  /** The last trade; undefined when there never was one. */
  quote(symbol: string, now: number): Quote | undefined;
  /** Base volume of the rolling day, for slippage; undefined when there is no ticker. */
  volume(symbol: string, now: number): Decimal28 | undefined;
  /** What was traded from `from` to `now`. */
  summary(symbol: string, from: number, now: number): Summary | undefined;
  /** The newest `limit` candles that start in `[from, until]`, oldest first. */
  candles(
    symbol: string,
    interval: number,
    limit: number,
    from: number,
    until: number,
    now: number,
  ): readonly MarketCandle[];
  /** Left out where every candle has to be looked up. */
  readonly history?: MarketHistory;
  /** Newest first. */
  trades(symbol: string, limit: number, now: number): readonly MarketTrade[];
  /** The first of the moments `first`, `first + 1000`, … up to `last` at which a trigger is reached. */
  nextCrossing(symbol: string, triggers: Triggers, first: number, last: number): number | undefined;
}

/** What an exchange wants to know of a market whose prices are told to it. */
export interface MarketListener {
  /** To be called before a price is changed, so that what belongs to the old one can still take place. */
  readonly beforeChange: () => void;
  /** To be called after a change; `quote` in the texts that the same call of `set` takes again. */
  readonly changed: (symbol: string, quote: Readonly<Record<string, string>>) => void;
}

/** A recipe of a market, opened by the exchange that it is given to, and by each copy of it. */
export interface MarketSource<M extends Market = Market> {
  open(clock: ExchangeClock, listener?: MarketListener): M;
  /** What the market is made from, for a store to tell it from others; left out, it is just another kind of market. */
  describe?(): string;
}

/** A price with what triggers need to know of it. */
export function quoteOf(price: Decimal28, time: number): Quote {
  const shift = price.scale - 8;
  if (shift <= 0) {
    const units = fixed8(price.units * 10n ** BigInt(-shift));
    return { price, time, floor: units, ceiling: units };
  }
  const divisor = 10n ** BigInt(shift);
  const floor = fixed8(price.units / divisor);
  return { price, time, floor, ceiling: floor * divisor === price.units ? floor : fixed8(floor + 1n) };
}

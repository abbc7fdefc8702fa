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

/** The trades of a time window. */
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

/** The trigger prices of a pair's pending orders that are reached first, one per direction. */
export interface Triggers {
  /** An order triggers at this price and below. */
  readonly atOrBelow: Fixed8 | undefined;
  /** An order triggers at this price and above. */
  readonly atOrAbove: Fixed8 | undefined;
}

/** Access to single closes, for a market that can compute them without their candles. */
export interface MarketHistory {
  /** Start of the history, Unix milliseconds. */
  readonly since: number;
  /** Close of the finished candle that starts at `time`; undefined for unlisted pairs. */
  close(symbol: string, interval: number, time: number): Decimal28 | undefined;
}

/** A source of prices. Times are Unix milliseconds. Methods must be pure: results never depend on earlier calls. */
export interface Market {
  /** Whether prices change with time; false if they are only set explicitly. */
  readonly moves: boolean;
  /** All listed pairs, by symbol ascending. */
  pairs(): readonly MarketPair[];
  pair(symbol: string): MarketPair | undefined;
  /** The last trade; undefined if there was none. */
  quote(symbol: string, now: number): Quote | undefined;
  /** Base volume of the last 24 hours, used for slippage; undefined if there is no ticker. */
  volume(symbol: string, now: number): Decimal28 | undefined;
  /** Summary of the trades from `from` to `now`. */
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
  /** Omit it if closes cannot be computed without their candles. */
  readonly history?: MarketHistory;
  /** The newest `limit` trades, newest first; only those with an id greater than `after` if it is given. */
  trades(symbol: string, limit: number, now: number, after?: number): readonly MarketTrade[];
  /**
   * What `open` needs to continue from here, as plain data. A market whose prices are set must offer it, so that the
   * exchange can be forked; other markets know everything from the time.
   */
  save?(): unknown;
  /** The first of the times `first`, `first + 1000`, … up to `last` at which a trigger is reached. */
  nextCrossing(symbol: string, triggers: Triggers, first: number, last: number): number | undefined;
}

/** Notified by a market whose prices are set explicitly. */
export interface MarketListener {
  /** Must be called before a price changes, so that work due at the old price can still be done. */
  readonly beforeChange: () => void;
  /** Must be called after a change. `quote` has the strings that `set` accepts to repeat the change. */
  readonly changed: (symbol: string, quote: Readonly<Record<string, string>>) => void;
}

/** Creates markets: one for the exchange it is passed to, and one for each fork. */
export interface MarketSource<M extends Market = Market> {
  /** Opens the market; `saved` is what its `save` returned earlier. */
  open(clock: ExchangeClock, listener?: MarketListener, saved?: unknown): M;
  /** Describes the market's parameters, so that a store can detect a different market. Default: `custom`. */
  describe?(): string;
}

/** Creates a quote, with the price rounded for comparison with triggers. */
export function createQuote(price: Decimal28, time: number): Quote {
  const shift = price.scale - 8;
  if (shift <= 0) {
    const units = fixed8(price.units * 10n ** BigInt(-shift));
    return { price, time, floor: units, ceiling: units };
  }
  const divisor = 10n ** BigInt(shift);
  const floor = fixed8(price.units / divisor);
  return { price, time, floor, ceiling: floor * divisor === price.units ? floor : fixed8(floor + 1n) };
}

import { at } from "../../base/at.ts";
import { toFixed8, type Fixed8 } from "../../base/amount.ts";
import type { Market, MarketCandle } from "../../market/market.ts";
import { HOUR, MINUTE } from "../../time/units.ts";

/** What backtests read of a finished 1-minute candle. */
export interface Minute {
  /** Start of the minute, Unix milliseconds. */
  readonly time: number;
  readonly open: Fixed8;
  readonly close: Fixed8;
}

/** The finished candles of one pair that start in one period, oldest first. */
interface Block {
  /** Candles that end after this are missing. */
  readonly readAt: number;
  readonly minutes: readonly Minute[];
  /** The last candle before the period. */
  readonly before: Minute | undefined;
}

const PERIOD = 4 * HOUR;
/** About 20 MB. */
const MAX_BLOCKS = 1000;

/**
 * Candles that have been read from a market, shared by all its backtests. Finished candles do not change, so dropping
 * blocks costs only time.
 */
const caches = new WeakMap<Market, Map<string, Block>>();

/** The newest candle of a pair that starts at `max` or before. It must have ended by `asOf`. */
export function newestMinute(market: Market, symbol: string, max: number, asOf: number): Minute | undefined {
  const { minutes, before } = blockOf(market, symbol, Math.floor(max / PERIOD), asOf);
  let low = -1;
  let high = minutes.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at(minutes, middle).time <= max) low = middle;
    else high = middle;
  }
  return low < 0 ? before : minutes[low];
}

function blockOf(market: Market, symbol: string, period: number, asOf: number): Block {
  let blocks = caches.get(market);
  if (blocks === undefined) caches.set(market, (blocks = new Map<string, Block>()));
  const key = `${symbol} ${period}`;
  let block = blocks.get(key);
  if (block !== undefined && block.readAt >= Math.min(asOf, (period + 1) * PERIOD)) return block;
  const [oldest] = blocks.keys();
  if (blocks.size >= MAX_BLOCKS && oldest !== undefined) blocks.delete(oldest);
  block = readBlock(market, symbol, period * PERIOD, asOf);
  blocks.set(key, block);
  return block;
}

function readBlock(market: Market, symbol: string, from: number, readAt: number): Block {
  const last = Math.min(from + PERIOD, readAt) - MINUTE;
  const candles = market.candles(symbol, MINUTE, PERIOD / MINUTE, from, last, readAt);
  const [before] = market.candles(symbol, MINUTE, 1, Number.NEGATIVE_INFINITY, from - 1, readAt);
  return { readAt, minutes: candles.map(toMinute), before: before && toMinute(before) };
}

function toMinute({ time, open, close }: MarketCandle): Minute {
  return { time, open: toFixed8(open), close: toFixed8(close) };
}

import { toDecimal28, DecimalRangeError, compare, type Decimal28, type Fixed8, toFixed8 } from "../base/amount.ts";
import { toTimestamp } from "../time/timestamp.ts";
import {
  candleSeries,
  tradeSeries,
  type CandlePath,
  type CandleRecord,
  type Series,
  type TradeRecord,
} from "./series.ts";
import { MINUTE } from "../time/units.ts";

/** A decimal number. Strings are exact. */
export type NumericInput = string | number | { toString(): string };
/** A Date, an ISO string with `Z` or an offset, or Unix milliseconds. */
export type TimestampInput = Date | string | number;

/** A historical candle. Amounts can be a client's Decimals, strings or numbers. */
export interface ReplayCandle {
  /** Required if one list has candles of several pairs. */
  readonly symbol?: string | undefined;
  /** Start: a Date, an ISO string with `Z` or an offset, or Unix milliseconds. */
  readonly time: TimestampInput;
  readonly open: NumericInput;
  readonly high: NumericInput;
  readonly low: NumericInput;
  readonly close: NumericInput;
  /** In the base asset. */
  readonly volume: NumericInput;
  /** Default: 4, one for each of its prices. */
  readonly tradeCount?: number | undefined;
}

/** A historical public trade. */
export interface ReplayTrade {
  /** Required if one list has trades of several pairs. */
  readonly symbol?: string | undefined;
  /** A Date, an ISO string with `Z` or an offset, or Unix milliseconds. */
  readonly time: TimestampInput;
  readonly price: NumericInput;
  /** In the base asset. */
  readonly quantity: NumericInput;
  /** Default: true if the price is below the previous one. */
  readonly isBuyerMaker?: boolean | undefined;
}

export type ReplayRecord = ReplayCandle | ReplayTrade;

/** Options of {@link createSeries}. */
export interface SeriesOptions {
  readonly interval: number | undefined;
  readonly path: CandlePath;
}

const MAX_VOLUME = 10n ** 30n;

/** Sorts the records of one pair into a series; throws a RangeError for invalid records. */
export function createSeries(
  symbol: string,
  records: readonly ReplayRecord[],
  { interval, path }: SeriesOptions,
): Series {
  const trades: TradeRecord[] = [];
  const candles: CandleRecord[] = [];
  for (const [at, record] of records.entries()) {
    try {
      if ("price" in record) trades.push(tradeOf(record));
      else candles.push(candleOf(record));
    } catch (error) {
      throw new RangeError(`replayMarket: record ${at} of ${symbol}: ${(error as Error).message}`, { cause: error });
    }
  }
  if (trades.length > 0 && candles.length > 0)
    throw new RangeError(`replayMarket: ${symbol} has both trades and candles. Pass only one kind.`);
  if (candles.length === 0) return tradeSeries(trades.toSorted((a, b) => a.time - b.time));
  candles.sort((a, b) => a.time - b.time);
  return candleSeries(candles, candleLength(symbol, candles, interval), path);
}

/** The given interval, or the shortest distance between two candles. */
function candleLength(symbol: string, candles: readonly CandleRecord[], interval: number | undefined): number {
  let shortest = Number.POSITIVE_INFINITY;
  let previous = Number.NEGATIVE_INFINITY;
  for (const { time } of candles) {
    shortest = Math.min(shortest, time - previous);
    previous = time;
  }
  if (shortest === 0 || (interval !== undefined && interval > shortest))
    throw new RangeError(`replayMarket: candles of ${symbol} overlap`);
  return interval ?? (shortest === Number.POSITIVE_INFINITY ? MINUTE : shortest);
}

function tradeOf({ time, price, quantity, isBuyerMaker }: ReplayTrade): TradeRecord {
  return {
    time: timeOf(time),
    price: priceOf("price", price),
    quantity: volumeOf("quantity", quantity),
    isBuyerMaker,
  };
}

function candleOf(candle: ReplayCandle): CandleRecord {
  const { tradeCount = 4 } = candle;
  const open = priceOf("open", candle.open);
  const high = priceOf("high", candle.high);
  const low = priceOf("low", candle.low);
  const close = priceOf("close", candle.close);
  if ([open, close, low].some((price) => compare(price, high) > 0))
    throw new RangeError("high is below another price of the candle");
  if ([open, close].some((price) => compare(price, low) < 0))
    throw new RangeError("low is above another price of the candle");
  if (!Number.isSafeInteger(tradeCount) || tradeCount < 0)
    throw new RangeError(`tradeCount must be a whole number, received ${tradeCount}`);
  return {
    time: timeOf(candle.time),
    open,
    high,
    low,
    close,
    volume: volumeOf("volume", candle.volume),
    tradeCount,
  };
}

function timeOf(time: TimestampInput): number {
  const timestamp = Math.floor(toTimestamp(time));
  if (Number.isFinite(timestamp)) return timestamp;
  const advice = 'Pass a Date, a string such as "2026-01-05T00:00:00Z" or Unix milliseconds.';
  throw new RangeError(`not a valid time: ${String(time)}. ${advice}`);
}

function priceOf(name: string, value: NumericInput): Decimal28 {
  const price = numberOf(name, value);
  if (price.units <= 0n) throw new RangeError(`${name} must be greater than 0, received ${String(value)}`);
  return price;
}

function volumeOf(name: string, value: NumericInput): Fixed8 {
  const units = toFixed8(numberOf(name, value));
  if (units < 0n || units >= MAX_VOLUME) throw new RangeError(`${name} must be 0 or more, received ${String(value)}`);
  return units;
}

function numberOf(name: string, value: NumericInput): Decimal28 {
  try {
    return toDecimal28(value);
  } catch (error) {
    if (error instanceof DecimalRangeError || error instanceof TypeError)
      throw new RangeError(`${name} must be a number, received ${String(value)}`);
    throw error;
  }
}

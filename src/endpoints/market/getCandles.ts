import {
  CANDLE_INTERVALS,
  decimal,
  instant,
  integer,
  list,
  record,
  text,
  type CandleInterval,
  type Codec,
  type Decimal,
} from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, timestamp, oneOf, optional, symbol, wholeNumber, type Timestamp } from "../inputs/index.ts";

export type { CandleInterval };

/** One candle: open, high, low, close and volume of one interval. */
export interface Candle {
  /** Start of the interval. */
  readonly time: Date;
  /** First price, in the quote asset (USDT); so are the next three fields. */
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  /** Last price. */
  readonly close: Decimal;
  /** Traded volume in the base asset. */
  readonly volume: Decimal;
  readonly tradeCount: number;
}

/** Options of `getCandles`. */
export interface GetCandlesOptions {
  /** Length of a candle; default `1h`. */
  readonly interval?: CandleInterval | undefined;
  /** 1 to 1000 candles, the newest ones; default 100. */
  readonly limit?: number | undefined;
  /** Earliest start of a candle, inclusive. */
  readonly startTime?: Timestamp | undefined;
  /** Latest start of a candle, inclusive. */
  readonly endTime?: Timestamp | undefined;
}

/** Response body of `getCandles`. */
export interface Candles {
  readonly symbol: string;
  readonly interval: string;
  /** Oldest first. Intervals without trades are omitted. */
  readonly candles: readonly Candle[];
  readonly count: number;
}

export const candleRecord: Codec<Candle> = record<Candle>(
  { time: instant, open: decimal, high: decimal, low: decimal, close: decimal, volume: decimal, tradeCount: integer },
  (wire) => ({
    time: instant.decode(wire["time"]),
    open: decimal.decode(wire["open"]),
    high: decimal.decode(wire["high"]),
    low: decimal.decode(wire["low"]),
    close: decimal.decode(wire["close"]),
    volume: decimal.decode(wire["volume"]),
    tradeCount: integer.decode(wire["trade_count"]),
  }),
);

export const candlesRecord: Codec<Candles> = record<Candles>({
  symbol: text,
  interval: text,
  candles: list(candleRecord),
  count: integer,
});

export const getCandles: Endpoint<GetCandlesOptions & { symbol: string }, readonly Candle[], Candles> = endpoint({
  name: "getCandles",
  method: "GET",
  path: "/market/candles/{symbol}",
  input: input({
    symbol,
    interval: optional(oneOf(CANDLE_INTERVALS)),
    limit: optional(wholeNumber(1, 1000)),
    startTime: optional(timestamp),
    endTime: optional(timestamp),
  }),
  output: candlesRecord,
  list: ({ candles }) => candles,
  access: "public",
  tier: "market",
});

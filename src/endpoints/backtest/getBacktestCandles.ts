import {
  CANDLE_INTERVALS,
  decimal,
  from,
  instant,
  integer,
  list,
  record,
  text,
  type CandleInterval,
  type Codec,
} from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional, upperSymbol, uuid, wholeNumber } from "../inputs/index.ts";
import type { Candle } from "../market/getCandles.ts";

/** Options of `getBacktestCandles`. */
export interface GetBacktestCandlesOptions {
  /** Length of a candle; default `1m`. */
  readonly interval?: CandleInterval | undefined;
  /** Maximum number of candles, 1 to 1000; the newest are returned. Default 100. */
  readonly limit?: number | undefined;
}

/** Response body of `getBacktestCandles`. */
export interface BacktestCandles {
  readonly symbol: string;
  readonly interval: string;
  /** Oldest first, up to the backtest's clock. */
  readonly candles: readonly Candle[];
  readonly count: number;
}

const candleRecord: Codec<Candle> = record<Candle>({
  time: from("bucket", instant),
  open: decimal,
  high: decimal,
  low: decimal,
  close: decimal,
  volume: decimal,
  tradeCount: integer,
});

export const backtestCandlesRecord: Codec<BacktestCandles> = record<BacktestCandles>({
  symbol: text,
  interval: text,
  candles: list(candleRecord),
  count: integer,
});

export const getBacktestCandles: Endpoint<
  GetBacktestCandlesOptions & { sessionId: string; symbol: string },
  readonly Candle[],
  BacktestCandles
> = endpoint({
  name: "getBacktestCandles",
  method: "GET",
  path: "/backtest/{sessionId}/market/candles/{symbol}",
  input: input({
    sessionId: uuid,
    symbol: upperSymbol,
    // The platform accepts more intervals, and returns 1-minute candles for them.
    interval: optional(oneOf(CANDLE_INTERVALS)),
    limit: optional(wholeNumber(1, 1000)),
  }),
  output: backtestCandlesRecord,
  list: ({ candles }) => candles,
  access: "account",
  tier: "backtest",
});

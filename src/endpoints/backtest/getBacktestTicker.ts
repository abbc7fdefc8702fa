import { decimal, instant, integer, jsonObject, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, upperSymbol, uuid } from "../inputs/index.ts";

/** One symbol over the last 24 hours of a running backtest; prices in the quote asset (USDT). */
export interface BacktestTicker {
  readonly symbol: string;
  /** First price of the 24 hours. */
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  /** Last price. */
  readonly close: Decimal;
  /** Traded volume in the base asset. */
  readonly volume: Decimal;
  readonly tradeCount: number;
  /** `close` minus `open`. */
  readonly priceChange: Decimal;
  /** `priceChange` in percent of `open`. */
  readonly priceChangePct: Decimal;
  /** The backtest's clock: the end of the 24 hours. Simulated time, not real time. */
  readonly virtualTime: Date;
}

const tickerRecord: Codec<BacktestTicker> = record<BacktestTicker>({
  symbol: text,
  open: decimal,
  high: decimal,
  low: decimal,
  close: decimal,
  volume: decimal,
  tradeCount: integer,
  priceChange: decimal,
  priceChangePct: decimal,
  virtualTime: instant,
});

/** For a symbol without data the platform sends `{ symbol, error }`, with status 200. */
export const backtestTickerRecord: Codec<BacktestTicker | null> = {
  shape: { nullable: tickerRecord },
  decode: (json) => (typeof jsonObject.decode(json)["error"] === "string" ? null : tickerRecord.decode(json)),
  encode: (value) => (value === null ? { error: "There is no data." } : tickerRecord.encode(value)),
};

export const getBacktestTicker: Endpoint<{ sessionId: string; symbol: string }, BacktestTicker | null> = endpoint({
  name: "getBacktestTicker",
  method: "GET",
  path: "/backtest/{sessionId}/market/ticker/{symbol}",
  input: input({ sessionId: uuid, symbol: upperSymbol }),
  output: backtestTickerRecord,
  access: "account",
  tier: "backtest",
});

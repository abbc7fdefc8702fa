import { decimal, instant, map, record, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";

/** The prices of a running backtest. */
export interface BacktestPrices {
  /** Price by symbol, in the quote asset (USDT). Symbols without a candle at this time are omitted. */
  readonly prices: Readonly<Record<string, Decimal>>;
  /** The backtest's clock. Simulated time, not real time. */
  readonly virtualTime: Date;
}

export const backtestPricesRecord: Codec<BacktestPrices> = record<BacktestPrices>({
  prices: map(decimal),
  virtualTime: instant,
});

export const getBacktestPrices: Endpoint<{ sessionId: string }, BacktestPrices> = endpoint({
  name: "getBacktestPrices",
  method: "GET",
  path: "/backtest/{sessionId}/market/prices",
  input: input({ sessionId: uuid }),
  output: backtestPricesRecord,
  access: "account",
  tier: "backtest",
});

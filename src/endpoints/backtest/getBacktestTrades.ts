import {
  decimal,
  from,
  instant,
  integer,
  list,
  nullable,
  record,
  text,
  type Codec,
  type Decimal,
} from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, optional, uuid, wholeNumber } from "../inputs/index.ts";
import { orderTypeCodec, sideCodec } from "../trading/order.ts";
import type { BacktestTrade } from "./getBacktestTradeHistory.ts";

/** Options of `getBacktestTrades`. */
export interface GetBacktestTradesOptions {
  /** 1 to 10000; default 1000. */
  readonly limit?: number | undefined;
  /** Number of oldest trades to skip; default 0. */
  readonly offset?: number | undefined;
}

/** A trade in the results of a backtest. */
export interface StoredBacktestTrade extends Omit<BacktestTrade, "realizedPnl"> {
  readonly sessionId: string;
  /** In the quote asset; 0 for buys. The platform ignores fees; the embedded exchange subtracts them, except in `observed` mode. */
  readonly realizedPnl: Decimal;
  /** Trigger price of the order, in the quote asset; null if it had none. */
  readonly stopPrice: Decimal | null;
}

/** Response body of `getBacktestTrades`. */
export interface StoredBacktestTrades {
  readonly sessionId: string;
  /** Oldest first. */
  readonly trades: readonly StoredBacktestTrade[];
  /** Number of trades in this response, not in total. */
  readonly total: number;
}

export const storedBacktestTradesRecord: Codec<StoredBacktestTrades> = record<StoredBacktestTrades>({
  sessionId: text,
  trades: list(
    record<StoredBacktestTrade>({
      tradeId: from("id", text),
      sessionId: text,
      symbol: text,
      side: sideCodec,
      type: orderTypeCodec,
      quantity: decimal,
      price: decimal,
      quoteAmount: decimal,
      fee: decimal,
      slippagePct: decimal,
      realizedPnl: decimal,
      stopPrice: nullable(decimal),
      simulatedAt: instant,
    }),
  ),
  total: integer,
});

export const getBacktestTrades: Endpoint<
  GetBacktestTradesOptions & { sessionId: string },
  readonly StoredBacktestTrade[],
  StoredBacktestTrades
> = endpoint({
  name: "getBacktestTrades",
  method: "GET",
  path: "/backtest/{sessionId}/results/trades",
  input: input({ sessionId: uuid, limit: optional(wholeNumber(1, 10_000)), offset: optional(wholeNumber(0)) }),
  output: storedBacktestTradesRecord,
  list: ({ trades }) => trades,
  access: "account",
  tier: "backtest",
});

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
import { input, uuid } from "../inputs/index.ts";
import { orderTypeCodec, sideCodec, type OrderType, type Side } from "../trading/order.ts";

/** An executed order of a running backtest. */
export interface BacktestTrade {
  readonly tradeId: string;
  readonly symbol: string;
  readonly side: Side;
  /** The type of the order. */
  readonly type: OrderType;
  /** In the base asset. */
  readonly quantity: Decimal;
  /** In the quote asset (USDT), slippage included. */
  readonly price: Decimal;
  /** Quantity times price, in the quote asset, without the fee. */
  readonly quoteAmount: Decimal;
  /** In the quote asset. */
  readonly fee: Decimal;
  /** Slippage in percent of the price. */
  readonly slippagePct: Decimal;
  /** In the quote asset; null for buys. The platform ignores fees; the embedded exchange subtracts them, except in `observed` mode. */
  readonly realizedPnl: Decimal | null;
  /** The backtest's clock at the execution. Simulated time, not real time. */
  readonly simulatedAt: Date;
}

/** Response body of `getBacktestTradeHistory`. */
export interface BacktestTradeHistory {
  /** Oldest first. */
  readonly trades: readonly BacktestTrade[];
  readonly count: number;
}

export const backtestTradeHistoryRecord: Codec<BacktestTradeHistory> = record<BacktestTradeHistory>({
  trades: list(
    record<BacktestTrade>({
      tradeId: from("id", text),
      symbol: text,
      side: sideCodec,
      type: orderTypeCodec,
      quantity: decimal,
      price: decimal,
      quoteAmount: decimal,
      fee: decimal,
      slippagePct: decimal,
      realizedPnl: nullable(decimal),
      simulatedAt: instant,
    }),
  ),
  count: integer,
});

export const getBacktestTradeHistory: Endpoint<{ sessionId: string }, readonly BacktestTrade[], BacktestTradeHistory> =
  endpoint({
    name: "getBacktestTradeHistory",
    method: "GET",
    path: "/backtest/{sessionId}/trade/history",
    input: input({ sessionId: uuid }),
    output: backtestTradeHistoryRecord,
    list: ({ trades }) => trades,
    access: "account",
    tier: "backtest",
  });

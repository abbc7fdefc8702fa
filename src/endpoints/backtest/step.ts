import {
  decimal,
  flag,
  from,
  instant,
  integer,
  list,
  map,
  nullable,
  record,
  text,
  type Codec,
  type Decimal,
} from "../../wire/index.ts";
import type { OrderStatus } from "../trading/order.ts";

/** The state of a backtest after a step. */
export interface BacktestStep {
  /** The backtest's clock. Simulated time, not real time. */
  readonly virtualTime: Date;
  /** Number of executed steps. */
  readonly step: number;
  readonly totalSteps: number;
  readonly remainingSteps: number;
  /** Share of executed steps, in percent. */
  readonly progressPct: Decimal;
  /** Price by symbol, in the quote asset (USDT). Symbols without a candle at this time are omitted. */
  readonly prices: Readonly<Record<string, Decimal>>;
  /** Pending orders that were filled in this step; after several steps, in the last one. */
  readonly ordersFilled: readonly BacktestFill[];
  readonly portfolio: BacktestPortfolio;
  /** Whether this was the last step. */
  readonly isComplete: boolean;
}

/** A pending order that was filled in a backtest step. */
export interface BacktestFill {
  readonly orderId: string;
  readonly status: OrderStatus;
  /** In the quote asset, slippage included. */
  readonly executedPrice: Decimal;
  /** In the base asset. */
  readonly executedQuantity: Decimal;
  /** In the quote asset; null if the fee is zero. */
  readonly fee: Decimal | null;
}

/** The portfolio of a backtest; amounts in USDT. */
export interface BacktestPortfolio {
  readonly totalEquity: Decimal;
  /** Includes cash that is locked by pending orders. */
  readonly availableCash: Decimal;
  readonly positionValue: Decimal;
  readonly unrealizedPnl: Decimal;
  readonly realizedPnl: Decimal;
  readonly positions: readonly BacktestPosition[];
}

/** An open position of a backtest. */
export interface BacktestPosition {
  readonly symbol: string;
  /** In the base asset. */
  readonly quantity: Decimal;
  /** In the quote asset. The platform ignores fees; the embedded exchange includes them, except in `observed` mode. */
  readonly avgEntryPrice: Decimal;
  /** In the quote asset, as are the next two fields. */
  readonly currentPrice: Decimal;
  readonly marketValue: Decimal;
  readonly unrealizedPnl: Decimal;
}

const fillRecord: Codec<BacktestFill> = record<BacktestFill>({
  orderId: text,
  status: text,
  executedPrice: decimal,
  executedQuantity: from("executed_qty", decimal),
  fee: nullable(decimal),
});

const positionRecord: Codec<BacktestPosition> = record<BacktestPosition>({
  symbol: text,
  quantity: decimal,
  avgEntryPrice: decimal,
  currentPrice: decimal,
  marketValue: decimal,
  unrealizedPnl: decimal,
});

export const portfolioRecord: Codec<BacktestPortfolio> = record<BacktestPortfolio>({
  totalEquity: decimal,
  availableCash: decimal,
  positionValue: decimal,
  unrealizedPnl: decimal,
  realizedPnl: decimal,
  positions: list(positionRecord),
});

export const stepFields: { readonly [Name in keyof BacktestStep]: Codec<BacktestStep[Name]> } = {
  virtualTime: instant,
  step: integer,
  totalSteps: integer,
  remainingSteps: integer,
  progressPct: decimal,
  prices: map(decimal),
  ordersFilled: list(fillRecord),
  portfolio: portfolioRecord,
  isComplete: flag,
};

export const stepRecord: Codec<BacktestStep> = record<BacktestStep>(stepFields);

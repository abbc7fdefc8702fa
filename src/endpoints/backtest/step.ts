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

/** A backtest after a step. */
export interface BacktestStep {
  /** The backtest's clock. */
  readonly virtualTime: Date;
  /** Steps made. */
  readonly step: number;
  readonly totalSteps: number;
  readonly remainingSteps: number;
  /** Steps made, in percent. */
  readonly progressPct: Decimal;
  /** By pair, in the quote asset (USDT); pairs without a candle at this time are missing. */
  readonly prices: Readonly<Record<string, Decimal>>;
  /** Pending orders that this step filled; of several steps at once those of the last one. */
  readonly ordersFilled: readonly BacktestFill[];
  readonly portfolio: BacktestPortfolio;
  /** Whether this was the last step. */
  readonly isComplete: boolean;
}

export interface BacktestFill {
  readonly orderId: string;
  readonly status: OrderStatus;
  /** In the quote asset, slippage included. */
  readonly executedPrice: Decimal;
  /** In the base asset. */
  readonly executedQuantity: Decimal;
  /** In the quote asset; null for a fee of zero. */
  readonly fee: Decimal | null;
}

/** What the backtest holds; amounts in USDT. */
export interface BacktestPortfolio {
  readonly totalEquity: Decimal;
  /** What pending orders have set aside included. */
  readonly availableCash: Decimal;
  readonly positionValue: Decimal;
  readonly unrealizedPnl: Decimal;
  readonly realizedPnl: Decimal;
  readonly positions: readonly BacktestPosition[];
}

export interface BacktestPosition {
  readonly symbol: string;
  /** In the base asset. */
  readonly quantity: Decimal;
  /** In the quote asset. The platform leaves out fees; the embedded exchange counts them, unless observed. */
  readonly avgEntryPrice: Decimal;
  /** In the quote asset, as are the next two. */
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

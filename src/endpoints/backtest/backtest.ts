import {
  decimal,
  instant,
  integer,
  list,
  nullable,
  number,
  record,
  text,
  type Codec,
  type Decimal,
} from "../../wire/index.ts";
import type { BacktestStatus } from "./createBacktest.ts";

/**
 * A backtest session with its progress; amounts in USDT. While it runs, the platform refreshes the progress only after a
 * fast batch and every 500 single steps, and figures are null or 0 until it ends.
 */
export interface Backtest {
  readonly sessionId: string;
  /** Null if it runs without an agent. */
  readonly agentId: string | null;
  readonly strategyLabel: string;
  readonly startTime: Date;
  readonly endTime: Date;
  readonly status: BacktestStatus;
  /** Length of a step in seconds. */
  readonly candleInterval: number;
  readonly startingBalance: Decimal;
  /** Symbols; null if the backtest covers all of them. */
  readonly pairs: readonly string[] | null;
  /** Share of executed steps, in percent. */
  readonly progressPct: number;
  readonly currentStep: number;
  readonly totalSteps: number;
  /** The backtest's clock; null until the first refresh. */
  readonly virtualClock: Date | null;
  /** Cash and positions at the end. */
  readonly finalEquity: Decimal | null;
  /** `finalEquity` minus the starting balance. */
  readonly totalPnl: Decimal | null;
  /** Return on the starting balance, in percent. */
  readonly roiPct: Decimal | null;
  readonly totalTrades: number;
  readonly totalFees: Decimal | null;
  /** Annualized as if snapshots were one day apart; null unless completed. */
  readonly sharpeRatio: Decimal | null;
  /** In percent; null unless completed. */
  readonly maxDrawdownPct: Decimal | null;
  readonly createdAt: Date;
  /** Null until started. */
  readonly startedAt: Date | null;
  /** Null until it ends. */
  readonly completedAt: Date | null;
  /** Seconds of real time from start to end; null until it ends. */
  readonly durationRealSec: number | null;
}

export const backtestRecord: Codec<Backtest> = record<Backtest>({
  sessionId: text,
  agentId: nullable(text),
  strategyLabel: text,
  startTime: instant,
  endTime: instant,
  status: text,
  candleInterval: integer,
  startingBalance: decimal,
  pairs: nullable(list(text)),
  progressPct: number,
  currentStep: integer,
  totalSteps: integer,
  virtualClock: nullable(instant),
  finalEquity: nullable(decimal),
  totalPnl: nullable(decimal),
  roiPct: nullable(decimal),
  totalTrades: integer,
  totalFees: nullable(decimal),
  sharpeRatio: nullable(decimal),
  maxDrawdownPct: nullable(decimal),
  createdAt: instant,
  startedAt: nullable(instant),
  completedAt: nullable(instant),
  durationRealSec: nullable(number),
});

import { decimal, integer, list, nullable, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { commaSeparated, input, listOf, uuid } from "../inputs/index.ts";

/** Backtests side by side. */
export interface BacktestComparison {
  /** In no particular order. */
  readonly comparisons: readonly ComparedBacktest[];
  /** Session of the highest return; null if no backtest has one. */
  readonly bestByRoi: string | null;
  /** Session of the highest Sharpe ratio; null if no backtest has one. */
  readonly bestBySharpe: string | null;
  /** Session of the smallest drawdown; null if no backtest has one. */
  readonly bestByDrawdown: string | null;
  /** The same session as `bestBySharpe`. */
  readonly recommendation: string | null;
}

/** One backtest of a comparison; metrics are null unless it was completed. */
export interface ComparedBacktest {
  readonly sessionId: string;
  readonly strategyLabel: string;
  /** Return on the starting balance, in percent; 0 until it ends. */
  readonly roiPct: Decimal;
  /** Annualized as if snapshots were one day apart. */
  readonly sharpeRatio: Decimal | null;
  /** In percent. */
  readonly maxDrawdownPct: Decimal | null;
  readonly totalTrades: number;
  /** Percentage of sells that made a profit. */
  readonly winRate: Decimal | null;
  /** Total profit divided by total loss; null without losses. */
  readonly profitFactor: Decimal | null;
}

export const backtestComparisonRecord: Codec<BacktestComparison> = record<BacktestComparison>({
  comparisons: list(
    record<ComparedBacktest>({
      sessionId: text,
      strategyLabel: text,
      roiPct: decimal,
      sharpeRatio: nullable(decimal),
      maxDrawdownPct: nullable(decimal),
      totalTrades: integer,
      winRate: nullable(decimal),
      profitFactor: nullable(decimal),
    }),
  ),
  bestByRoi: nullable(text),
  bestBySharpe: nullable(text),
  bestByDrawdown: nullable(text),
  recommendation: nullable(text),
});

export const compareBacktests: Endpoint<{ sessions: readonly string[] }, BacktestComparison> = endpoint({
  name: "compareBacktests",
  method: "GET",
  path: "/backtest/compare",
  input: input({ sessions: commaSeparated(listOf(uuid, "session IDs", 2)) }),
  output: backtestComparisonRecord,
  access: "account",
  tier: "backtest",
});

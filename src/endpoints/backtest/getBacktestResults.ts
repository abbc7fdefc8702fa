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
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import type { BacktestStatus } from "./createBacktest.ts";

/** The results of a backtest; amounts in USDT. */
export interface BacktestResults {
  readonly sessionId: string;
  readonly status: BacktestStatus;
  readonly config: BacktestConfig;
  readonly summary: BacktestSummary;
  /** Every metric is null until the backtest is completed; the object itself is null if the platform sends none. */
  readonly metrics: BacktestMetrics | null;
  /** Empty until the backtest is completed. */
  readonly byPair: readonly BacktestPair[];
}

/** The configuration of a backtest. */
export interface BacktestConfig {
  readonly startTime: Date;
  readonly endTime: Date;
  readonly startingBalance: Decimal;
  /** Length of a step in seconds, as a string: `"60"`. */
  readonly candleInterval: string;
  /** Symbols; empty if the backtest covers all of them. */
  readonly pairs: readonly string[];
  readonly strategyLabel: string;
}

/**
 * Summary of a backtest; amounts in USDT. Before the backtest ends, `finalEquity` is the starting balance and everything
 * else is 0. After a cancellation the figures are those reached by then.
 */
export interface BacktestSummary {
  /** Cash and positions at the end of the backtest; the starting balance until then. */
  readonly finalEquity: Decimal;
  /** `finalEquity` minus the starting balance. */
  readonly totalPnl: Decimal;
  /** Return on the starting balance, in percent. */
  readonly roiPct: Decimal;
  readonly totalTrades: number;
  readonly totalFees: Decimal;
  /** In seconds of real time; 0 if unknown. */
  readonly durationRealSec: number;
}

/** Performance metrics of a backtest; amounts in USDT. */
export interface BacktestMetrics {
  /** Annualized as if snapshots were one day apart. */
  readonly sharpeRatio: Decimal | null;
  readonly sortinoRatio: Decimal | null;
  /** In percent. */
  readonly maxDrawdownPct: Decimal | null;
  /** Days from the peak before the largest drawdown to the end of the backtest. */
  readonly maxDrawdownDurationDays: Decimal | null;
  /** Percentage of sells that made a profit. */
  readonly winRate: Decimal | null;
  /** Total profit divided by total loss; null without losses. */
  readonly profitFactor: Decimal | null;
  readonly avgWin: Decimal | null;
  /** Negative. */
  readonly avgLoss: Decimal | null;
  readonly bestTrade: Decimal | null;
  readonly worstTrade: Decimal | null;
  /** Mean time from one trade to the next, in minutes. */
  readonly avgTradeDurationMinutes: Decimal | null;
  readonly tradesPerDay: Decimal | null;
}

/** The results of a backtest in one symbol; amounts in USDT. */
export interface BacktestPair {
  readonly symbol: string;
  readonly trades: number;
  readonly wins: number;
  readonly losses: number;
  /** Percentage of sells that made a profit. */
  readonly winRate: Decimal;
  readonly netPnl: Decimal;
  readonly totalVolume: Decimal;
}

const configRecord: Codec<BacktestConfig> = record<BacktestConfig>({
  startTime: instant,
  endTime: instant,
  startingBalance: decimal,
  candleInterval: text,
  pairs: list(text),
  strategyLabel: text,
});

/** An unknown duration is an integer on the wire, every other one a float. */
const seconds: Codec<number> = {
  shape: "number",
  decode: (json) => number.decode(json),
  encode: (value) => (value === 0 ? 0 : number.encode(value)),
};

const summaryRecord: Codec<BacktestSummary> = record<BacktestSummary>({
  finalEquity: decimal,
  totalPnl: decimal,
  roiPct: decimal,
  totalTrades: integer,
  totalFees: decimal,
  durationRealSec: seconds,
});

const figure: Codec<Decimal | null> = nullable(decimal);

const metricsRecord: Codec<BacktestMetrics> = record<BacktestMetrics>({
  sharpeRatio: figure,
  sortinoRatio: figure,
  maxDrawdownPct: figure,
  maxDrawdownDurationDays: figure,
  winRate: figure,
  profitFactor: figure,
  avgWin: figure,
  avgLoss: figure,
  bestTrade: figure,
  worstTrade: figure,
  avgTradeDurationMinutes: figure,
  tradesPerDay: figure,
});

const pairRecord: Codec<BacktestPair> = record<BacktestPair>({
  symbol: text,
  trades: integer,
  wins: integer,
  losses: integer,
  winRate: decimal,
  netPnl: decimal,
  totalVolume: decimal,
});

export const backtestResultsRecord: Codec<BacktestResults> = record<BacktestResults>({
  sessionId: text,
  status: text,
  config: configRecord,
  summary: summaryRecord,
  metrics: nullable(metricsRecord),
  byPair: list(pairRecord),
});

export const getBacktestResults: Endpoint<{ sessionId: string }, BacktestResults> = endpoint({
  name: "getBacktestResults",
  method: "GET",
  path: "/backtest/{sessionId}/results",
  input: input({ sessionId: uuid }),
  output: backtestResultsRecord,
  access: "account",
  tier: "backtest",
});

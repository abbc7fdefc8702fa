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

/** What a backtest gave; amounts in USDT. */
export interface BacktestResults {
  readonly sessionId: string;
  readonly status: BacktestStatus;
  readonly config: BacktestConfig;
  readonly summary: BacktestSummary;
  /** Each figure is null unless the backtest is completed. The object itself is null where the platform sends none. */
  readonly metrics: BacktestMetrics | null;
  /** Empty until the backtest is completed. */
  readonly byPair: readonly BacktestPair[];
}

export interface BacktestConfig {
  readonly startTime: Date;
  readonly endTime: Date;
  readonly startingBalance: Decimal;
  /** Length of a step in seconds, as text: `"60"`. */
  readonly candleInterval: string;
  /** Empty for all. */
  readonly pairs: readonly string[];
  readonly strategyLabel: string;
}

/**
 * What a backtest came to, in USDT. Never null: before the end the platform sends the starting balance as
 * `finalEquity` and 0 for everything else. When it was cancelled, these are the figures reached by then.
 */
export interface BacktestSummary {
  /** Cash and positions at the end; the starting balance before it. */
  readonly finalEquity: Decimal;
  /** `finalEquity` minus the starting balance. */
  readonly totalPnl: Decimal;
  /** Return on the starting balance, in percent. */
  readonly roiPct: Decimal;
  readonly totalTrades: number;
  readonly totalFees: Decimal;
  /** In seconds of real time; 0 when unknown. */
  readonly durationRealSec: number;
}

export interface BacktestMetrics {
  /** Annualised as if every snapshot were a day. */
  readonly sharpeRatio: Decimal | null;
  readonly sortinoRatio: Decimal | null;
  /** In percent. */
  readonly maxDrawdownPct: Decimal | null;
  /** From the peak before the largest drawdown to the end, in days. */
  readonly maxDrawdownDurationDays: Decimal | null;
  /** Share of sales with a gain, in percent. */
  readonly winRate: Decimal | null;
  /** Gains divided by losses; null without losses. */
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

export interface BacktestPair {
  readonly symbol: string;
  readonly trades: number;
  readonly wins: number;
  readonly losses: number;
  /** In percent. */
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

/** Unlike a duration, an unknown one comes as a whole number. */
const seconds: Codec<number> = {
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

import type { SharpeTest } from "./deflatedSharpe.ts";
import type { Strategy } from "./model.ts";
import type { EpisodeRun } from "./episode.ts";

/** What a test is started with. Times are Unix milliseconds. */
export interface TestPlan {
  readonly version: number;
  readonly episodes: number;
  readonly start: number;
  readonly end: number;
  /** The range as it was read. */
  readonly range: { readonly start: string; readonly end: string };
  readonly randomizeDates: boolean;
  readonly episodeDays: number;
  readonly startingBalance: string;
}

/** A test of a strategy: backtests over parts of the past. */
export interface TestRun extends TestPlan {
  readonly id: string;
  readonly strategy: Strategy;
  status: "queued" | "running" | "completed" | "cancelled";
  readonly createdAt: number;
  /** When it is over. */
  readonly due: number;
  /** How many candles it looks at, of all pairs. */
  readonly candles: number;
  startedAt: number | undefined;
  completedAt: number | undefined;
  /** Of the episodes that are done. */
  readonly done: EpisodeFigures[];
  /** How many episodes have begun. */
  begun: number;
  /** The episode at work. */
  current: EpisodeRun | undefined;
  /** Candles looked at so far. */
  worked: number;
  /** Versions that the strategy had at the end of the test. */
  trials: number;
  results: TestFigures | undefined;
  recommendations: readonly string[] | undefined;
}

/** What one episode gave. */
export interface EpisodeFigures {
  /** In percent, as is the drawdown. */
  readonly roi: number;
  readonly sharpe: number | null;
  readonly drawdown: number;
  readonly trades: number;
  /** In percent; null when it is not known. */
  readonly winRate: number | null;
  /** By pair: its part of the return, and its trades. */
  readonly pairs?: Readonly<Record<string, { readonly roi: number; readonly trades: number }>>;
}

/** What all episodes gave together. */
export interface TestFigures {
  readonly episodes: number;
  readonly profitable: number;
  readonly profitablePct: number;
  readonly averageRoi: number;
  readonly medianRoi: number;
  readonly bestRoi: number;
  readonly worstRoi: number;
  readonly roiDeviation: number;
  readonly averageSharpe: number | null;
  readonly averageDrawdown: number;
  readonly averageTrades: number;
  readonly totalTrades: number;
  readonly averageWinRate: number | null;
  /** Undefined when too few episodes have a Sharpe ratio. */
  readonly sharpe: SharpeTest | undefined;
  readonly pairs: Readonly<Record<string, PairAverage>> | undefined;
}

export interface PairAverage {
  readonly averageRoi: number;
  readonly trades: number;
  readonly episodes: number;
}

/** The test that was completed last. */
export function latestTest(strategy: Strategy): TestRun | undefined {
  let latest: TestRun | undefined;
  for (const test of strategy.tests) {
    if (test.results !== undefined && (test.completedAt ?? 0) >= (latest?.completedAt ?? 0)) latest = test;
  }
  return latest;
}

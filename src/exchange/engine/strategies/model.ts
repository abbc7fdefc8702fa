import type { Decimal28 } from "../../base/amount.ts";
import type { RandomStream } from "../../base/random.ts";
import type { BacktestSession } from "../backtest/model.ts";
import type { Account } from "../model.ts";
import type { SharpeTest } from "./deflatedSharpe.ts";

export type StrategyStatus = "draft" | "testing" | "validated" | "deployed" | "archived";

/** A definition as it was sent; what it means is read by {@link rulesOf}. */
export type Definition = Readonly<Record<string, unknown>>;

/** Rules for trading, in versions. */
export interface Strategy {
  readonly id: string;
  readonly account: Account;
  name: string;
  description: string | null;
  /** The version created last, or deployed last. */
  currentVersion: number;
  status: StrategyStatus;
  deployedAt: number | undefined;
  readonly createdAt: number;
  updatedAt: number;
  /** By number, from 1 on. */
  readonly versions: StrategyVersion[];
  /** Oldest first. */
  readonly tests: TestRun[];
}

/** It never changes, but for its status. */
export interface StrategyVersion {
  readonly id: string;
  readonly version: number;
  readonly definition: Definition;
  readonly changeNotes: string | null;
  status: "draft" | "validated" | "deployed";
  readonly createdAt: number;
}

/** A definition as it is acted on. */
export interface Rules {
  /** As they were written: one in lower case has no price. */
  readonly pairs: readonly string[];
  /** Length of a candle in seconds. */
  readonly timeframe: number;
  readonly entry: readonly Condition[];
  readonly exit: Readonly<Record<string, number | boolean>>;
  readonly positionSizePct: Decimal28;
  readonly maxPositions: number;
  /** How many closes the rules look back on at most. */
  readonly memory: number;
}

/** A condition that is given; an unknown one has no value that could hold. */
export type Condition = readonly [name: string, value: number | boolean | undefined];

/** A position as the rules see it. */
export interface HeldPosition {
  readonly entryPrice: number;
  readonly entryStep: number;
  /** The highest price since entry. */
  peak: number;
}

/** An episode at work: a backtest that the rules trade in. */
export interface EpisodeRun {
  readonly session: BacktestSession;
  readonly rules: Rules;
  readonly ids: RandomStream;
  /** Closes of each pair so far, oldest first. */
  readonly closes: Map<string, number[]>;
  readonly positions: Map<string, HeldPosition>;
}

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
  readonly finished: EpisodeFigures[];
  /** How many episodes have begun. */
  episodesStarted: number;
  /** The episode at work. */
  current: EpisodeRun | undefined;
  /** Candles looked at so far. */
  candlesProcessed: number;
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

import type { Decimal28 } from "../../base/amount.ts";
import type { BacktestSession } from "../backtest/model.ts";
import type { SharpeTest } from "./deflatedSharpe.ts";

export type StrategyStatus = "draft" | "testing" | "validated" | "deployed" | "archived";

/** A definition as it was sent; `rulesOf` parses it. */
export type Definition = Readonly<Record<string, unknown>>;

/** A trading strategy with its versions. */
export interface Strategy {
  readonly id: string;
  readonly accountId: string;
  name: string;
  description: string | null;
  /** The version created or deployed last. */
  currentVersion: number;
  status: StrategyStatus;
  deployedAt: number | undefined;
  readonly createdAt: number;
  updatedAt: number;
  /** By number, starting at 1. */
  readonly versions: StrategyVersion[];
  /** Oldest first. */
  readonly testIds: string[];
  /** The test that completed last. */
  latestTestId: string | undefined;
}

/** A version never changes, except for its status. */
export interface StrategyVersion {
  readonly id: string;
  readonly version: number;
  readonly definition: Definition;
  readonly changeNotes: string | null;
  status: "draft" | "validated" | "deployed";
  readonly createdAt: number;
}

/** A parsed definition. */
export interface Rules {
  /** As sent: a pair in lower case has no price. */
  readonly pairs: readonly string[];
  /** Length of a candle in seconds. */
  readonly timeframe: number;
  readonly entry: readonly Condition[];
  readonly exit: Readonly<Record<string, number | boolean>>;
  readonly positionSizePct: Decimal28;
  readonly maxPositions: number;
  /** The maximum number of closes that the rules look back on. */
  readonly lookback: number;
}

/** A condition of a definition. The value of an unknown one is undefined, and it never holds. */
export type Condition = readonly [name: string, value: number | boolean | undefined];

/** The figures of an open position that the rules can use. */
export interface HeldPosition {
  readonly entryPrice: number;
  readonly entryStep: number;
  /** The highest price since entry. */
  peak: number;
}

/** A running episode: a backtest in which the rules trade. */
export interface EpisodeRun {
  readonly session: BacktestSession;
  /** Closes of each pair so far, oldest first. */
  readonly closes: Map<string, number[]>;
  readonly positions: Map<string, HeldPosition>;
}

/** Configuration of a test. Times are Unix milliseconds. */
export interface TestPlan {
  readonly version: number;
  readonly episodes: number;
  readonly start: number;
  readonly end: number;
  /** The range as sent. */
  readonly range: { readonly start: string; readonly end: string };
  readonly randomizeDates: boolean;
  readonly episodeDays: number;
  readonly startingBalance: string;
}

/** A test of a strategy: backtests over several periods. */
export interface TestRun extends TestPlan {
  readonly id: string;
  readonly strategyId: string;
  /** Position among the tests of its strategy. */
  readonly number: number;
  status: "queued" | "running" | "completed" | "cancelled";
  readonly createdAt: number;
  /** When it ends. */
  readonly due: number;
  /** Number of candles to process, of all pairs. */
  readonly candles: number;
  startedAt: number | undefined;
  completedAt: number | undefined;
  /** Results of the finished episodes. */
  readonly finished: EpisodeFigures[];
  /** Number of episodes started. */
  episodesStarted: number;
  /** The running episode. */
  current: EpisodeRun | undefined;
  /** Number of candles processed so far. */
  candlesProcessed: number;
  /** Number of versions that the strategy had when the test ended. */
  trials: number;
  results: TestFigures | undefined;
  recommendations: readonly string[] | undefined;
}

/** Result of one episode. */
export interface EpisodeFigures {
  /** In percent, as is the drawdown. */
  readonly roi: number;
  readonly sharpe: number | null;
  readonly drawdown: number;
  readonly trades: number;
  /** In percent; null if unknown. */
  readonly winRate: number | null;
  /** By pair: its contribution to the return, and its number of trades. */
  readonly pairs?: Readonly<Record<string, { readonly roi: number; readonly trades: number }>>;
}

/** Aggregated results of all episodes. */
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
  /** Undefined if too few episodes have a Sharpe ratio. */
  readonly sharpe: SharpeTest | undefined;
  readonly pairs: Readonly<Record<string, PairAverage>> | undefined;
}

export interface PairAverage {
  readonly averageRoi: number;
  readonly trades: number;
  readonly episodes: number;
}

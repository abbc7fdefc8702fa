import { flag, integer, list, nullable, number, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, listOf, oneOf, optional, uuid } from "../inputs/index.ts";
import type { StrategyStatus } from "./strategy.ts";

export type RankingMetric =
  | "sharpe_ratio"
  | "sortino_ratio"
  | "max_drawdown_pct"
  | "win_rate"
  | "roi_pct"
  | "profit_factor";

const METRICS = [
  "sharpe_ratio",
  "sortino_ratio",
  "max_drawdown_pct",
  "win_rate",
  "roi_pct",
  "profit_factor",
] as const satisfies readonly RankingMetric[];

export interface CompareStrategiesOptions {
  /** Best first by this figure: the drawdown by the smallest, all others by the largest. Default `sharpe_ratio`. */
  readonly rankingMetric?: RankingMetric | undefined;
}

/** Strategies in order of a figure of their latest tests. */
export interface StrategyComparison {
  /** Best first; those without the figure last, in the order asked for. */
  readonly strategies: readonly ComparedStrategy[];
  /** Null when no strategy has the figure, which is so after the platform's own tests: they store averages under other names. */
  readonly winnerId: string | null;
  readonly rankingMetric: RankingMetric | (string & {});
  /** One sentence for people. */
  readonly recommendation: string;
}

export interface ComparedStrategy {
  readonly strategyId: string;
  readonly name: string;
  /** Its current version. */
  readonly version: number;
  readonly status: StrategyStatus;
  /** From 1. */
  readonly rank: number;
  readonly metrics: ComparedMetrics;
  /** Null when the test had too few episodes for it. */
  readonly deflatedSharpe: ComparedSharpe | null;
  readonly hasTestResults: boolean;
}

/** Figures of the latest completed test; null where it has none. */
export interface ComparedMetrics {
  readonly sharpeRatio: number | null;
  readonly sortinoRatio: number | null;
  /** In percent. */
  readonly maxDrawdownPct: number | null;
  readonly winRate: number | null;
  /** In percent. */
  readonly roiPct: number | null;
  readonly profitFactor: number | null;
  readonly totalTrades: number | null;
}

/** Whether the Sharpe ratio is more than the luck of many tries. */
export interface ComparedSharpe {
  /** 0 to 1; here a high value means significant. */
  readonly pValue: number;
  readonly isSignificant: boolean;
  readonly observedSharpe: number;
  readonly deflatedSharpe: number;
  readonly numTrials: number;
}

const metricsRecord: Codec<ComparedMetrics> = record<ComparedMetrics>({
  sharpeRatio: nullable(number),
  sortinoRatio: nullable(number),
  maxDrawdownPct: nullable(number),
  winRate: nullable(number),
  roiPct: nullable(number),
  profitFactor: nullable(number),
  totalTrades: nullable(integer),
});

const sharpeRecord: Codec<ComparedSharpe> = record<ComparedSharpe>({
  pValue: number,
  isSignificant: flag,
  observedSharpe: number,
  deflatedSharpe: number,
  numTrials: integer,
});

export const strategyComparisonRecord: Codec<StrategyComparison> = record<StrategyComparison>({
  strategies: list(
    record<ComparedStrategy>({
      strategyId: text,
      name: text,
      version: integer,
      status: text,
      rank: integer,
      metrics: metricsRecord,
      deflatedSharpe: nullable(sharpeRecord),
      hasTestResults: flag,
    }),
  ),
  winnerId: nullable(text),
  rankingMetric: text,
  recommendation: text,
});

export const compareStrategies: Endpoint<
  CompareStrategiesOptions & { strategyIds: readonly string[] },
  StrategyComparison
> = endpoint({
  name: "compareStrategies",
  method: "POST",
  path: "/strategies/compare",
  input: input({ strategyIds: listOf(uuid, "strategy IDs", 2, 10), rankingMetric: optional(oneOf(METRICS)) }),
  output: strategyComparisonRecord,
  access: "account",
  tier: "general",
  effect: "read",
});

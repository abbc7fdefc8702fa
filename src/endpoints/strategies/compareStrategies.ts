import { flag, integer, list, nullable, number, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, listOf, oneOf, optional, uuid } from "../inputs/index.ts";
import type { StrategyStatus } from "./strategy.ts";

/** A metric that strategies are ranked by. */
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

/** Options of `compareStrategies`. */
export interface CompareStrategiesOptions {
  /** The metric to rank by: smallest first for the drawdown, largest first for all others. Default `sharpe_ratio`. */
  readonly rankingMetric?: RankingMetric | undefined;
}

/** Strategies ranked by one metric of their latest tests. */
export interface StrategyComparison {
  /** Best first. Strategies without the metric come last, in the requested order. */
  readonly strategies: readonly ComparedStrategy[];
  /** Null if no strategy has the metric. This is always so for the platform's own tests, which store averages under other names. */
  readonly winnerId: string | null;
  readonly rankingMetric: RankingMetric | (string & {});
  /** One sentence in English. */
  readonly recommendation: string;
}

/** One strategy of a comparison. */
export interface ComparedStrategy {
  readonly strategyId: string;
  readonly name: string;
  /** Its current version number. */
  readonly version: number;
  readonly status: StrategyStatus;
  /** From 1. */
  readonly rank: number;
  readonly metrics: ComparedMetrics;
  /** Null if the test had too few episodes. */
  readonly deflatedSharpe: ComparedSharpe | null;
  readonly hasTestResults: boolean;
}

/** Metrics of the latest completed test; null where the test has none. */
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

/** Whether the Sharpe ratio is significant, given the number of trials. */
export interface ComparedSharpe {
  /** 0 to 1. Unlike the usual p-value, a high value means significant. */
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

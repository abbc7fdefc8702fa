import type { ExchangeState } from "../state.ts";
import type { Strategy, TestFigures } from "./model.ts";
import { latestTest } from "./testRuns.ts";

export const RANKING_METRICS = [
  "sharpe_ratio",
  "sortino_ratio",
  "max_drawdown_pct",
  "win_rate",
  "roi_pct",
  "profit_factor",
] as const;

export type RankingMetric = (typeof RANKING_METRICS)[number];

/** A ranked strategy with the results of its latest test. */
export interface RankedStrategy {
  readonly strategy: Strategy;
  readonly metrics: Readonly<Record<RankingMetric, number | null>>;
  readonly totalTrades: number | null;
  readonly figures: TestFigures | undefined;
  readonly isTested: boolean;
}

/** Sorts by a metric, best first. Strategies without it come last; ties keep their order. */
export function rankStrategies(
  state: ExchangeState,
  strategies: readonly Strategy[],
  metric: RankingMetric,
): readonly RankedStrategy[] {
  const sign = metric === "max_drawdown_pct" ? 1 : -1;
  return strategies
    .map((strategy) => toEntry(state, strategy))
    .toSorted((a, b) => {
      const left = a.metrics[metric];
      const right = b.metrics[metric];
      if (left === null || right === null) return (left === null ? 1 : 0) - (right === null ? 1 : 0);
      return sign * (left - right);
    });
}

function toEntry(state: ExchangeState, strategy: Strategy): RankedStrategy {
  const figures = latestTest(state, strategy)?.results;
  // The platform reads names under which tests store nothing, with one exception.
  const averages = state.quirks.comparisonMissesAverages ? undefined : figures;
  return {
    strategy,
    metrics: {
      sharpe_ratio: averages?.averageSharpe ?? null,
      sortino_ratio: null,
      max_drawdown_pct: averages?.averageDrawdown ?? null,
      win_rate: averages?.averageWinRate ?? null,
      roi_pct: averages?.averageRoi ?? null,
      profit_factor: null,
    },
    totalTrades: figures?.totalTrades ?? null,
    figures,
    isTested: figures !== undefined,
  };
}

/** One sentence that names the winner and says whether luck may explain the result. */
export function recommendStrategy([first, ...rest]: readonly RankedStrategy[], metric: RankingMetric): string {
  const value = first?.metrics[metric] ?? null;
  if (first === undefined || value === null) {
    return [first, ...rest].some((entry) => entry?.isTested)
      ? `No strategy has a ${metric} to be ranked by.`
      : "No strategies have completed test results yet. Run tests before comparing.";
  }
  const sharpe = first.figures?.sharpe;
  const luck =
    sharpe === undefined
      ? "it has no Deflated Sharpe check"
      : `the Deflated Sharpe check ${sharpe.isSignificant ? "passed" : "did not pass"} (p ${sharpe.confidence.toFixed(4)})`;
  return `'${first.strategy.name}' leads with a ${metric} of ${value.toFixed(4)}; ${luck}.`;
}

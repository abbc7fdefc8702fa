import type { ExchangeState } from "../../engine/state.ts";
import { advanceTests } from "../../engine/strategies/testRuns.ts";
import type { Job } from "../../engine/trading/monitor.ts";
import type { Route } from "../route.ts";
import { backtestRoutes } from "./backtest.ts";
import { backtestAccountRoutes } from "./backtestAccount.ts";
import { backtestMarketRoutes } from "./backtestMarket.ts";
import { backtestRankingRoutes } from "./backtestRankings.ts";
import { backtestReportRoutes } from "./backtestReports.ts";
import { dataRangeRoutes } from "./dataRange.ts";
import { decisionRoutes } from "./decisions.ts";
import { indicatorRoutes } from "./indicators.ts";
import { metricRoutes } from "./metrics.ts";
import { modeRoutes } from "./mode.ts";
import { strategyRoutes } from "./strategies.ts";
import { testRunRoutes } from "./testRuns.ts";
import { trainingRoutes } from "./training.ts";

/** Indicators, backtests, strategies with their test runs, training runs, and decisions: the demo page loads them on demand. */
export function researchRoutes(): readonly Route[] {
  return [
    dataRangeRoutes,
    modeRoutes,
    indicatorRoutes(),
    backtestRoutes,
    backtestAccountRoutes,
    backtestMarketRoutes,
    backtestReportRoutes,
    backtestRankingRoutes,
    strategyRoutes,
    testRunRoutes,
    trainingRoutes,
    metricRoutes,
    decisionRoutes,
  ].flat();
}

/** What goes on between requests: test runs. */
export function researchJobs(state: ExchangeState): readonly Job[] {
  return [(now, maxCandles) => advanceTests(state, now, maxCandles)];
}

import type { Route } from "../route.ts";
import { backtestRoutes } from "./backtest.ts";
import { backtestAccountRoutes } from "./backtestAccount.ts";
import { backtestMarketRoutes } from "./backtestMarket.ts";
import { backtestRankingRoutes } from "./backtestRankings.ts";
import { backtestReportRoutes } from "./backtestReports.ts";
import { dataRangeRoutes } from "./dataRange.ts";
import { metricRoutes } from "./metrics.ts";
import { strategyRoutes } from "./strategies.ts";
import { strategyTestRoutes } from "./testRuns.ts";
import { trainingRoutes } from "./training.ts";

/** Backtests, strategies and their tests, training runs: much code that only these routes reach. */
export function researchRoutes(): readonly Route[] {
  return [
    dataRangeRoutes,
    backtestRoutes,
    backtestAccountRoutes,
    backtestMarketRoutes,
    backtestReportRoutes,
    backtestRankingRoutes,
    strategyRoutes,
    strategyTestRoutes,
    trainingRoutes,
    metricRoutes,
  ].flat();
}

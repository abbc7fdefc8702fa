import type { HostLookup } from "../../engine/courier.ts";
import type { Route } from "../route.ts";
import { accountRoutes } from "./account.ts";
import { agentRoutes } from "./agents.ts";
import { analyticsRoutes } from "./analytics.ts";
import { authRoutes } from "./auth.ts";
import { backtestRoutes } from "./backtest.ts";
import { backtestAccountRoutes } from "./backtestAccount.ts";
import { backtestMarketRoutes } from "./backtestMarket.ts";
import { backtestRankingRoutes } from "./backtestRankings.ts";
import { backtestReportRoutes } from "./backtestReports.ts";
import { dataRangeRoutes } from "./dataRange.ts";
import { healthRoutes } from "./health.ts";
import { indicatorRoutes } from "./indicators.ts";
import { marketRoutes } from "./market.ts";
import { metricRoutes } from "./metrics.ts";
import { missingRoutes } from "./missing.ts";
import { modeRoutes } from "./mode.ts";
import { strategyRoutes } from "./strategies.ts";
import { strategyTestRoutes } from "./strategyTests.ts";
import { tradeRoutes } from "./trade.ts";
import { trainingRoutes } from "./training.ts";
import { webhookRoutes } from "./webhooks.ts";

/** Every method of every path that the exchange knows. */
export function allRoutes(lookup?: HostLookup): readonly Route[] {
  return [
    healthRoutes,
    marketRoutes,
    authRoutes,
    tradeRoutes,
    accountRoutes,
    agentRoutes,
    analyticsRoutes(),
    modeRoutes,
    webhookRoutes(lookup),
    indicatorRoutes(),
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
    missingRoutes,
  ].flat();
}

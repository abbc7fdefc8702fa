import type { Route } from "../../../src/exchange/http/route.ts";
import { accountRoutes } from "../../../src/exchange/http/routes/account.ts";
import { agentRoutes } from "../../../src/exchange/http/routes/agents.ts";
import { analyticsRoutes } from "../../../src/exchange/http/routes/analytics.ts";
import { authRoutes } from "../../../src/exchange/http/routes/auth.ts";
import { backtestRoutes } from "../../../src/exchange/http/routes/backtest.ts";
import { backtestAccountRoutes } from "../../../src/exchange/http/routes/backtestAccount.ts";
import { backtestMarketRoutes } from "../../../src/exchange/http/routes/backtestMarket.ts";
import { backtestRankingRoutes } from "../../../src/exchange/http/routes/backtestRankings.ts";
import { backtestReportRoutes } from "../../../src/exchange/http/routes/backtestReports.ts";
import { dataRangeRoutes } from "../../../src/exchange/http/routes/dataRange.ts";
import { healthRoutes } from "../../../src/exchange/http/routes/health.ts";
import { indicatorRoutes } from "../../../src/exchange/http/routes/indicators.ts";
import { marketRoutes } from "../../../src/exchange/http/routes/market.ts";
import { metricRoutes } from "../../../src/exchange/http/routes/metrics.ts";
import { missingRoutes } from "../../../src/exchange/http/routes/missing.ts";
import { modeRoutes } from "../../../src/exchange/http/routes/mode.ts";
import { strategyRoutes } from "../../../src/exchange/http/routes/strategies.ts";
import { strategyTestRoutes } from "../../../src/exchange/http/routes/strategyTests.ts";
import { tradeRoutes } from "../../../src/exchange/http/routes/trade.ts";
import { trainingRoutes } from "../../../src/exchange/http/routes/training.ts";
import { webhookRoutes } from "../../../src/exchange/http/routes/webhooks.ts";

/** Every method of every path that the exchange knows. */
export const allRoutes: readonly Route[] = [
  healthRoutes,
  marketRoutes,
  authRoutes,
  tradeRoutes,
  accountRoutes,
  agentRoutes,
  analyticsRoutes(),
  modeRoutes,
  webhookRoutes(undefined),
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

// Written by "npm run tools" from src/endpoints.
import type { Endpoint } from "../../endpoints/index.ts";
import { getAccountInfo, getAccountMode, getBalance, getPnl, getPortfolio, getPositions, getRiskProfile, resetAccount, setAccountMode, updateAgentRiskProfile, updateRiskProfile } from "../../endpoints/account/index.ts";
import { analyzeDecisions, archiveAgent, cloneAgent, createAgent, deleteAgent, getAgent, getAgentKey, getAgentSkill, getAgents, getAgentsOverview, getDecisionTrace, regenerateAgentKey, resetAgent, updateAgent, updateFeedback } from "../../endpoints/agents/index.ts";
import { getLeaderboard, getPerformance, getPortfolioHistory } from "../../endpoints/analytics/index.ts";
import { login, register } from "../../endpoints/auth/index.ts";
import { batchStepFast, cancelBacktest, cancelBacktestOrder, compareBacktests, createBacktest, getBacktestBalance, getBacktestCandles, getBacktestEquityCurve, getBacktestPortfolio, getBacktestPositions, getBacktestPrice, getBacktestPrices, getBacktestResults, getBacktestStatus, getBacktestTicker, getBacktestTradeHistory, getBacktestTrades, getBacktests, getBestBacktest, getOpenBacktestOrders, listBacktestOrders, placeBacktestOrder, startBacktest, stepBacktest, stepBacktestBatch } from "../../endpoints/backtest/index.ts";
import { getAllPrices, getAvailableIndicators, getCandles, getDataRange, getIndicators, getOrderbook, getPairs, getPrice, getRecentTrades, getTicker, getTickers, health } from "../../endpoints/market/index.ts";
import { computeDeflatedSharpe } from "../../endpoints/metrics/index.ts";
import { archiveStrategy, compareStrategies, createStrategy, createVersion, deployStrategy, getStrategies, getStrategy, getVersion, getVersions, undeployStrategy, updateStrategy } from "../../endpoints/strategies/index.ts";
import { cancelTest, compareVersions, getLatestTestResults, getTestResults, getTestStatus, getTests, runTest } from "../../endpoints/testRuns/index.ts";
import { cancelAllOrders, cancelOrder, getOpenOrders, getOrder, getTradeHistory, listOrders, placeLimitOrder, placeMarketOrder, placeStopLoss, placeTakeProfit } from "../../endpoints/trading/index.ts";
import { compareTrainingRuns, completeTrainingRun, getLearningCurve, getTrainingRun, getTrainingRuns, registerTrainingRun, reportEpisode } from "../../endpoints/training/index.ts";
import { createWebhook, deleteWebhook, getWebhook, listWebhooks, testWebhook, updateWebhook } from "../../endpoints/webhooks/index.ts";

/** An endpoint with any arguments and result. */
export type AnyEndpoint = Endpoint<unknown, unknown>;

/** The endpoints of each group by name, groups in the order of the client's methods. */
export const endpointGroups: Readonly<Record<string, readonly AnyEndpoint[]>> = {
  auth: [login, register],
  market: [getAllPrices, getAvailableIndicators, getCandles, getDataRange, getIndicators, getOrderbook, getPairs, getPrice, getRecentTrades, getTicker, getTickers, health],
  trading: [cancelAllOrders, cancelOrder, getOpenOrders, getOrder, getTradeHistory, listOrders, placeLimitOrder, placeMarketOrder, placeStopLoss, placeTakeProfit],
  account: [getAccountInfo, getAccountMode, getBalance, getPnl, getPortfolio, getPositions, getRiskProfile, resetAccount, setAccountMode, updateAgentRiskProfile, updateRiskProfile],
  analytics: [getLeaderboard, getPerformance, getPortfolioHistory],
  strategies: [archiveStrategy, compareStrategies, createStrategy, createVersion, deployStrategy, getStrategies, getStrategy, getVersion, getVersions, undeployStrategy, updateStrategy],
  testRuns: [cancelTest, compareVersions, getLatestTestResults, getTestResults, getTestStatus, getTests, runTest],
  backtest: [batchStepFast, cancelBacktest, cancelBacktestOrder, compareBacktests, createBacktest, getBacktestBalance, getBacktestCandles, getBacktestEquityCurve, getBacktestPortfolio, getBacktestPositions, getBacktestPrice, getBacktestPrices, getBacktestResults, getBacktestStatus, getBacktestTicker, getBacktestTradeHistory, getBacktestTrades, getBacktests, getBestBacktest, getOpenBacktestOrders, listBacktestOrders, placeBacktestOrder, startBacktest, stepBacktest, stepBacktestBatch],
  training: [compareTrainingRuns, completeTrainingRun, getLearningCurve, getTrainingRun, getTrainingRuns, registerTrainingRun, reportEpisode],
  metrics: [computeDeflatedSharpe],
  agents: [analyzeDecisions, archiveAgent, cloneAgent, createAgent, deleteAgent, getAgent, getAgentKey, getAgentSkill, getAgents, getAgentsOverview, getDecisionTrace, regenerateAgentKey, resetAgent, updateAgent, updateFeedback],
  webhooks: [createWebhook, deleteWebhook, getWebhook, listWebhooks, testWebhook, updateWebhook],
};

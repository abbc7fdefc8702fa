export {
  getAccountInfo,
  getAccountMode,
  getBalance,
  getPnl,
  getPortfolio,
  getPositions,
  resetAccount,
  setAccountMode,
} from "./account.ts";
export {
  analyzeDecisions,
  archiveAgent,
  cloneAgent,
  createAgent,
  deleteAgent,
  getAgent,
  getAgentKey,
  getAgents,
  getAgentSkill,
  getAgentsOverview,
  getDecisionTrace,
  regenerateAgentKey,
  resetAgent,
  updateAgent,
  updateFeedback,
} from "./agents.ts";
export { getPerformance, getPortfolioHistory } from "./analytics.ts";
export { login, register } from "./auth.ts";
export {
  batchStepFast,
  cancelBacktest,
  cancelBacktestOrder,
  compareBacktests,
  createBacktest,
  getBacktestBalance,
  getBacktestCandles,
  getBacktestEquityCurve,
  getBacktestPortfolio,
  getBacktestPositions,
  getBacktestPrice,
  getBacktestPrices,
  getBacktestResults,
  getBacktestStatus,
  getBacktestTicker,
  getBacktestTradeHistory,
  getBacktestTrades,
  getBacktests,
  getBestBacktest,
  getOpenBacktestOrders,
  listBacktestOrders,
  placeBacktestOrder,
  startBacktest,
} from "./backtest.ts";
export { cancelOrder } from "./cancelOrder.ts";
export { getLeaderboard } from "./getLeaderboard.ts";
export {
  iterateOrders,
  iterateTradeHistory,
  type IterateOrdersOptions,
  type IterateTradeHistoryOptions,
} from "./iterate.ts";
export {
  getAllPrices,
  getAvailableIndicators,
  getCandles,
  getDataRange,
  getIndicators,
  getOrderbook,
  getPairs,
  getPrice,
  getRecentTrades,
  getTicker,
  getTickers,
  health,
} from "./market.ts";
export {
  marketSnapshot,
  type MarketSnapshot,
  type SnapshotEntry,
  type SnapshotFigures,
  type SnapshotFailure,
  type SnapshotTimes,
} from "./marketSnapshot.ts";
export { computeDeflatedSharpe } from "./metrics.ts";
export { openStream } from "./openStream.ts";
export { reconcile, unresolvedOrders } from "./reconcile.ts";
export {
  getRiskProfile,
  updateRiskProfile,
  type GetRiskProfileOptions,
  type UpdateRiskProfileInput,
} from "./riskProfile.ts";
export { stepBacktest, type StepBacktestOptions } from "./stepBacktest.ts";
export {
  archiveStrategy,
  compareStrategies,
  createStrategy,
  createVersion,
  deployStrategy,
  getStrategies,
  getStrategy,
  getVersion,
  getVersions,
  undeployStrategy,
  updateStrategy,
} from "./strategies.ts";
export {
  cancelTest,
  compareVersions,
  getLatestTestResults,
  getTestResults,
  getTestStatus,
  getTests,
  runTest,
} from "./testRuns.ts";
export {
  cancelAllOrders,
  getOpenOrders,
  getOrder,
  getTradeHistory,
  listOrders,
  placeLimitOrder,
  placeMarketOrder,
  placeStopLoss,
  placeTakeProfit,
} from "./trading.ts";
export {
  compareTrainingRuns,
  completeTrainingRun,
  getLearningCurve,
  getTrainingRun,
  getTrainingRuns,
  registerTrainingRun,
  reportEpisode,
} from "./training.ts";
export { waitForOrder, type WaitForOrderOptions } from "./waitForOrder.ts";
export { createWebhook, deleteWebhook, getWebhook, listWebhooks, testWebhook, updateWebhook } from "./webhooks.ts";

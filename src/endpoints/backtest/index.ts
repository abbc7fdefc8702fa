export { backtestRecord, type Backtest } from "./backtest.ts";
export {
  backtestOrderRecord,
  openBacktestOrderRecord,
  type BacktestOrder,
  type OpenBacktestOrder,
} from "./backtestOrder.ts";
export { batchStepFast, fastStepRecord, type FastBacktestStep, type BatchStepFastInput } from "./batchStepFast.ts";
export { cancelBacktest, cancelledBacktestRecord, type CancelledBacktest } from "./cancelBacktest.ts";
export {
  cancelBacktestOrder,
  cancelledBacktestOrderRecord,
  type CancelledBacktestOrder,
} from "./cancelBacktestOrder.ts";
export {
  backtestComparisonRecord,
  compareBacktests,
  type BacktestComparison,
  type ComparedBacktest,
} from "./compareBacktests.ts";
export {
  createBacktest,
  createdBacktestRecord,
  type BacktestStatus,
  type CreatedBacktest,
  type CreateBacktestInput,
} from "./createBacktest.ts";
export {
  backtestBalancesRecord,
  getBacktestBalance,
  type BacktestBalance,
  type BacktestBalances,
} from "./getBacktestBalance.ts";
export {
  backtestCandlesRecord,
  getBacktestCandles,
  type BacktestCandles,
  type GetBacktestCandlesOptions,
} from "./getBacktestCandles.ts";
export {
  backtestEquityCurveRecord,
  getBacktestEquityCurve,
  type BacktestEquityCurve,
  type BacktestSnapshot,
  type GetBacktestEquityCurveOptions,
} from "./getBacktestEquityCurve.ts";
export { getBacktestPortfolio } from "./getBacktestPortfolio.ts";
export {
  backtestHoldingsRecord,
  getBacktestPositions,
  type BacktestHolding,
  type BacktestHoldings,
} from "./getBacktestPositions.ts";
export { backtestPriceRecord, getBacktestPrice, type BacktestPrice } from "./getBacktestPrice.ts";
export { backtestPricesRecord, getBacktestPrices, type BacktestPrices } from "./getBacktestPrices.ts";
export {
  backtestResultsRecord,
  getBacktestResults,
  type BacktestConfig,
  type BacktestMetrics,
  type BacktestPair,
  type BacktestResults,
  type BacktestSummary,
} from "./getBacktestResults.ts";
export {
  backtestsRecord,
  getBacktests,
  type BacktestOrdering,
  type Backtests,
  type GetBacktestsOptions,
} from "./getBacktests.ts";
export { getBacktestStatus } from "./getBacktestStatus.ts";
export { backtestTickerRecord, getBacktestTicker, type BacktestTicker } from "./getBacktestTicker.ts";
export {
  backtestTradeHistoryRecord,
  getBacktestTradeHistory,
  type BacktestTrade,
  type BacktestTradeHistory,
} from "./getBacktestTradeHistory.ts";
export {
  getBacktestTrades,
  storedBacktestTradesRecord,
  type GetBacktestTradesOptions,
  type StoredBacktestTrade,
  type StoredBacktestTrades,
} from "./getBacktestTrades.ts";
export {
  bestBacktestRecord,
  getBestBacktest,
  type BacktestMetric,
  type BestBacktest,
  type GetBestBacktestOptions,
} from "./getBestBacktest.ts";
export { getOpenBacktestOrders, openBacktestOrdersRecord, type OpenBacktestOrders } from "./getOpenBacktestOrders.ts";
export { backtestOrdersRecord, listBacktestOrders, type BacktestOrders } from "./listBacktestOrders.ts";
export {
  placeBacktestOrder,
  placedBacktestOrderRecord,
  type PlaceBacktestOrderInput,
  type PlacedBacktestOrder,
} from "./placeBacktestOrder.ts";
export { startBacktest, startedBacktestRecord, type StartedBacktest } from "./startBacktest.ts";
export {
  stepRecord,
  type BacktestFill,
  type BacktestPortfolio,
  type BacktestPosition,
  type BacktestStep,
} from "./step.ts";
export { stepBacktest } from "./stepBacktest.ts";
export { stepBacktestBatch } from "./stepBacktestBatch.ts";

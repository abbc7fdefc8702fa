export { batchStepFast, fastStepRecord, type FastBacktestStep, type BatchStepFastInput } from "./batchStepFast.ts";
export { cancelBacktest, cancelledBacktestRecord, type CancelledBacktest } from "./cancelBacktest.ts";
export {
  createBacktest,
  createdBacktestRecord,
  type BacktestStatus,
  type CreatedBacktest,
  type CreateBacktestInput,
} from "./createBacktest.ts";
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

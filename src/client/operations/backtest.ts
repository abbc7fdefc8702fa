import * as endpoints from "../../endpoints/backtest/index.ts";
import type {
  Backtest,
  BacktestBalance,
  BacktestComparison,
  BacktestHolding,
  BacktestOrder,
  BacktestPortfolio,
  BacktestPrice,
  BacktestPrices,
  BacktestResults,
  BacktestSnapshot,
  BacktestTicker,
  BacktestTrade,
  BatchStepFastInput,
  BestBacktest,
  CancelledBacktest,
  CancelledBacktestOrder,
  Candle,
  CreateBacktestInput,
  CreatedBacktest,
  FastBacktestStep,
  GetBacktestCandlesOptions,
  GetBacktestEquityCurveOptions,
  GetBacktestTradesOptions,
  GetBacktestsOptions,
  GetBestBacktestOptions,
  OpenBacktestOrder,
  PlaceBacktestOrderInput,
  PlacedBacktestOrder,
  StartedBacktest,
  StoredBacktestTrade,
} from "../../endpoints/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import type { Client } from "../createClient.ts";
import { request } from "../request.ts";

/** The operation of `client.createBacktest()`. */
export function createBacktest(
  client: Client,
  backtest: CreateBacktestInput,
  options?: CallOptions,
): Promise<CreatedBacktest> {
  return request(client, endpoints.createBacktest, backtest, options);
}

/** The operation of `client.startBacktest()`. */
export function startBacktest(client: Client, sessionId: string, options?: CallOptions): Promise<StartedBacktest> {
  return request(client, endpoints.startBacktest, { sessionId }, options);
}

/** The operation of `client.batchStepFast()`. */
export function batchStepFast(
  client: Client,
  sessionId: string,
  query: BatchStepFastInput,
  options?: CallOptions,
): Promise<FastBacktestStep> {
  return request(client, endpoints.batchStepFast, { ...query, sessionId }, options);
}

/** The operation of `client.placeBacktestOrder()`. */
export function placeBacktestOrder(
  client: Client,
  sessionId: string,
  order: PlaceBacktestOrderInput,
  options?: CallOptions,
): Promise<PlacedBacktestOrder> {
  return request(client, endpoints.placeBacktestOrder, { ...order, sessionId }, options);
}

/** The operation of `client.getBacktestResults()`. */
export function getBacktestResults(client: Client, sessionId: string, options?: CallOptions): Promise<BacktestResults> {
  return request(client, endpoints.getBacktestResults, { sessionId }, options);
}

/** The operation of `client.cancelBacktest()`. */
export function cancelBacktest(client: Client, sessionId: string, options?: CallOptions): Promise<CancelledBacktest> {
  return request(client, endpoints.cancelBacktest, { sessionId }, options);
}

/** The operation of `client.getBacktestStatus()`. */
export function getBacktestStatus(client: Client, sessionId: string, options?: CallOptions): Promise<Backtest> {
  return request(client, endpoints.getBacktestStatus, { sessionId }, options);
}

/** The operation of `client.getBacktests()`. */
export function getBacktests(
  client: Client,
  query: GetBacktestsOptions = {},
  options?: CallOptions,
): Promise<readonly Backtest[]> {
  return request(client, endpoints.getBacktests, query, options);
}

/** The operation of `client.getBacktestPrice()`. */
export function getBacktestPrice(
  client: Client,
  sessionId: string,
  symbol: string,
  options?: CallOptions,
): Promise<BacktestPrice> {
  return request(client, endpoints.getBacktestPrice, { sessionId, symbol }, options);
}

/** The operation of `client.getBacktestPrices()`. */
export function getBacktestPrices(client: Client, sessionId: string, options?: CallOptions): Promise<BacktestPrices> {
  return request(client, endpoints.getBacktestPrices, { sessionId }, options);
}

/** The operation of `client.getBacktestTicker()`. */
export function getBacktestTicker(
  client: Client,
  sessionId: string,
  symbol: string,
  options?: CallOptions,
): Promise<BacktestTicker | null> {
  return request(client, endpoints.getBacktestTicker, { sessionId, symbol }, options);
}

/** The operation of `client.getBacktestCandles()`. */
export function getBacktestCandles(
  client: Client,
  sessionId: string,
  symbol: string,
  query: GetBacktestCandlesOptions = {},
  options?: CallOptions,
): Promise<readonly Candle[]> {
  return request(client, endpoints.getBacktestCandles, { ...query, sessionId, symbol }, options);
}

/** The operation of `client.getBacktestBalance()`. */
export function getBacktestBalance(
  client: Client,
  sessionId: string,
  options?: CallOptions,
): Promise<readonly BacktestBalance[]> {
  return request(client, endpoints.getBacktestBalance, { sessionId }, options);
}

/** The operation of `client.getBacktestPositions()`. */
export function getBacktestPositions(
  client: Client,
  sessionId: string,
  options?: CallOptions,
): Promise<readonly BacktestHolding[]> {
  return request(client, endpoints.getBacktestPositions, { sessionId }, options);
}

/** The operation of `client.getBacktestPortfolio()`. */
export function getBacktestPortfolio(
  client: Client,
  sessionId: string,
  options?: CallOptions,
): Promise<BacktestPortfolio> {
  return request(client, endpoints.getBacktestPortfolio, { sessionId }, options);
}

/** The operation of `client.listBacktestOrders()`. */
export function listBacktestOrders(
  client: Client,
  sessionId: string,
  options?: CallOptions,
): Promise<readonly BacktestOrder[]> {
  return request(client, endpoints.listBacktestOrders, { sessionId }, options);
}

/** The operation of `client.getOpenBacktestOrders()`. */
export function getOpenBacktestOrders(
  client: Client,
  sessionId: string,
  options?: CallOptions,
): Promise<readonly OpenBacktestOrder[]> {
  return request(client, endpoints.getOpenBacktestOrders, { sessionId }, options);
}

/** The operation of `client.cancelBacktestOrder()`. */
export function cancelBacktestOrder(
  client: Client,
  sessionId: string,
  orderId: string,
  options?: CallOptions,
): Promise<CancelledBacktestOrder> {
  return request(client, endpoints.cancelBacktestOrder, { sessionId, orderId }, options);
}

/** The operation of `client.getBacktestTradeHistory()`. */
export function getBacktestTradeHistory(
  client: Client,
  sessionId: string,
  options?: CallOptions,
): Promise<readonly BacktestTrade[]> {
  return request(client, endpoints.getBacktestTradeHistory, { sessionId }, options);
}

/** The operation of `client.getBacktestTrades()`. */
export function getBacktestTrades(
  client: Client,
  sessionId: string,
  query: GetBacktestTradesOptions = {},
  options?: CallOptions,
): Promise<readonly StoredBacktestTrade[]> {
  return request(client, endpoints.getBacktestTrades, { ...query, sessionId }, options);
}

/** The operation of `client.getBacktestEquityCurve()`. */
export function getBacktestEquityCurve(
  client: Client,
  sessionId: string,
  query: GetBacktestEquityCurveOptions = {},
  options?: CallOptions,
): Promise<readonly BacktestSnapshot[]> {
  return request(client, endpoints.getBacktestEquityCurve, { ...query, sessionId }, options);
}

/** The operation of `client.compareBacktests()`. */
export function compareBacktests(
  client: Client,
  sessionIds: readonly string[],
  options?: CallOptions,
): Promise<BacktestComparison> {
  return request(client, endpoints.compareBacktests, { sessions: sessionIds }, options);
}

/** The operation of `client.getBestBacktest()`. */
export function getBestBacktest(
  client: Client,
  query: GetBestBacktestOptions = {},
  options?: CallOptions,
): Promise<BestBacktest> {
  return request(client, endpoints.getBestBacktest, query, options);
}

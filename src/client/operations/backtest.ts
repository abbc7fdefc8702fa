import * as endpoints from "../../endpoints/backtest/index.ts";
import type {
  BacktestResults,
  BatchStepFastInput,
  CancelledBacktest,
  CreateBacktestInput,
  CreatedBacktest,
  FastBacktestStep,
  PlaceBacktestOrderInput,
  PlacedBacktestOrder,
  StartedBacktest,
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

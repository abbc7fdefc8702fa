import * as endpoints from "../../endpoints/backtest/index.ts";
import type { BacktestStep } from "../../endpoints/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import type { Client } from "../createClient.ts";
import { request } from "../request.ts";

/** Options of `stepBacktest`. */
export interface StepBacktestOptions {
  /** Number of candles, 1 to 10 000; default 1. */
  readonly steps?: number | undefined;
}

/** The operation of `client.stepBacktest()`. The platform has one endpoint for a single step and another for several. */
export async function stepBacktest(
  client: Client,
  sessionId: string,
  { steps, ...rest }: StepBacktestOptions = {},
  options?: CallOptions,
): Promise<BacktestStep> {
  return steps === undefined
    ? request(client, endpoints.stepBacktest, { ...rest, sessionId }, options)
    : request(client, endpoints.stepBacktestBatch, { ...rest, sessionId, steps }, options);
}

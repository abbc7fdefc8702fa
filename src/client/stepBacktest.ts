import { stepBacktest, stepBacktestBatch, type BacktestStep } from "../endpoints/index.ts";
import type { CallOptions, Transport } from "../transport/index.ts";
import { send } from "./send.ts";

/** Options of `stepBacktest`. */
export interface StepBacktestOptions {
  /** Number of candles, 1 to 10 000; default 1. */
  readonly steps?: number | undefined;
}

/** The platform has one endpoint for a single step and another for several. */
export async function advanceBacktest(
  transport: Transport,
  sessionId: string,
  { steps, ...rest }: StepBacktestOptions,
  options?: CallOptions,
): Promise<BacktestStep> {
  return steps === undefined
    ? send(transport, stepBacktest, { ...rest, sessionId }, options)
    : send(transport, stepBacktestBatch, { ...rest, sessionId, steps }, options);
}

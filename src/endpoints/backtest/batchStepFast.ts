import { integer, record, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { flag, input, optional, uuid, wholeNumber } from "../inputs/index.ts";
import { stepFields, type BacktestStep } from "./step.ts";

export interface BatchStepFastInput {
  /** 1 to 100000. */
  readonly steps: number;
  /** Whether `ordersFilled` holds the fills of all steps instead of the last one's; default false. */
  readonly includeIntermediateTrades?: boolean | undefined;
}

/**
 * A backtest after many steps. When they reach the end, `prices` is empty and the portfolio holds only
 * `totalEquity`: the figures are in `getBacktestResults`.
 */
export interface FastBacktestStep extends BacktestStep {
  /** Steps made by this call: fewer than asked for at the end. */
  readonly stepsExecuted: number;
}

export const fastStepRecord: Codec<FastBacktestStep> = record<FastBacktestStep>({
  ...stepFields,
  stepsExecuted: integer,
});

export const batchStepFast: Endpoint<BatchStepFastInput & { sessionId: string }, FastBacktestStep> = endpoint({
  name: "batchStepFast",
  method: "POST",
  path: "/backtest/{sessionId}/step/batch/fast",
  input: input({ sessionId: uuid, steps: wholeNumber(1, 100_000), includeIntermediateTrades: optional(flag) }),
  output: fastStepRecord,
  access: "account",
  tier: "backtest",
});

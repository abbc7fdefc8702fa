import { integer, record, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { flag, input, optional, uuid, wholeNumber } from "../inputs/index.ts";
import { stepFields, type BacktestStep } from "./step.ts";

/** Arguments of `batchStepFast`. */
export interface BatchStepFastInput {
  /** 1 to 100000. */
  readonly steps: number;
  /** Whether `ordersFilled` lists the fills of all steps rather than of the last step; default false. */
  readonly includeIntermediateTrades?: boolean | undefined;
}

/**
 * A backtest after many steps. At the end of the backtest `prices` is empty and of the portfolio only `totalEquity` is
 * meaningful; `getBacktestResults` has the final figures.
 */
export interface FastBacktestStep extends BacktestStep {
  /** Steps executed by this call: fewer than requested if the backtest ended. */
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

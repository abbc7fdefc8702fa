import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid, wholeNumber } from "../inputs/index.ts";
import { stepRecord, type BacktestStep } from "./step.ts";

/** Executes 1 to 10000 steps and returns the state after the last one. */
export const stepBacktestBatch: Endpoint<{ sessionId: string; steps: number }, BacktestStep> = endpoint({
  name: "stepBacktestBatch",
  method: "POST",
  path: "/backtest/{sessionId}/step/batch",
  input: input({ sessionId: uuid, steps: wholeNumber(1, 10_000) }),
  output: stepRecord,
  access: "account",
  tier: "backtest",
});

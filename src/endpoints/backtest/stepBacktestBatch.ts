import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid, wholeNumber } from "../inputs/index.ts";
import { stepRecord, type BacktestStep } from "./step.ts";

/**
 * Advances a session by several candles; the result describes the last one.
 *
 * @param steps number of candles, 1 to 10000
 */
export const stepBacktestBatch: Endpoint<{ sessionId: string; steps: number }, BacktestStep> = endpoint({
  name: "stepBacktestBatch",
  method: "POST",
  path: "/backtest/{sessionId}/step/batch",
  input: input({ sessionId: uuid, steps: wholeNumber(1, 10_000) }),
  output: stepRecord,
  access: "account",
  tier: "backtest",
});

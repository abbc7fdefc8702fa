import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { stepRecord, type BacktestStep } from "./step.ts";

/** Advances a session by one candle. */
export const stepBacktest: Endpoint<{ sessionId: string }, BacktestStep> = endpoint({
  name: "stepBacktest",
  method: "POST",
  path: "/backtest/{sessionId}/step",
  input: input({ sessionId: uuid }),
  output: stepRecord,
  access: "account",
  tier: "backtest",
});

import { record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import type { BacktestStatus } from "./createBacktest.ts";

/** A started backtest, ready to be stepped. */
export interface StartedBacktest {
  readonly status: BacktestStatus;
  readonly sessionId: string;
}

export const startedBacktestRecord: Codec<StartedBacktest> = record<StartedBacktest>({ status: text, sessionId: text });

export const startBacktest: Endpoint<{ sessionId: string }, StartedBacktest> = endpoint({
  name: "startBacktest",
  method: "POST",
  path: "/backtest/{sessionId}/start",
  input: input({ sessionId: uuid }),
  output: startedBacktestRecord,
  access: "account",
  tier: "backtest",
});

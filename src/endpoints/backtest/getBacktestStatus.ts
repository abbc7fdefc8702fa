import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { backtestRecord, type Backtest } from "./backtest.ts";

export const getBacktestStatus: Endpoint<{ sessionId: string }, Backtest> = endpoint({
  name: "getBacktestStatus",
  method: "GET",
  path: "/backtest/{sessionId}/status",
  input: input({ sessionId: uuid }),
  output: backtestRecord,
  access: "account",
  tier: "backtest",
});

import { decimal, integer, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import type { BacktestStatus } from "./createBacktest.ts";

/** A backtest that was cancelled before its end; its positions stay open. */
export interface CancelledBacktest {
  readonly sessionId: string;
  readonly status: BacktestStatus;
  readonly totalTrades: number;
  /** Return so far, in percent of the starting balance. */
  readonly roiPct: Decimal;
}

export const cancelledBacktestRecord: Codec<CancelledBacktest> = record<CancelledBacktest>({
  sessionId: text,
  status: text,
  totalTrades: integer,
  roiPct: decimal,
});

export const cancelBacktest: Endpoint<{ sessionId: string }, CancelledBacktest> = endpoint({
  name: "cancelBacktest",
  method: "POST",
  path: "/backtest/{sessionId}/cancel",
  input: input({ sessionId: uuid }),
  output: cancelledBacktestRecord,
  access: "account",
  tier: "backtest",
});

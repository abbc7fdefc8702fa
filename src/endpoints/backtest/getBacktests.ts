import { integer, list, record, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional, string, uuid, wholeNumber } from "../inputs/index.ts";
import { backtestRecord, type Backtest } from "./backtest.ts";

/** Options of `getBacktests`. */
export interface GetBacktestsOptions {
  /** Only backtests with exactly this label. */
  readonly strategyLabel?: string | undefined;
  /** Only backtests with this status; default all. */
  readonly status?: "created" | "running" | "completed" | "failed" | "cancelled" | undefined;
  /** Only backtests of this agent. */
  readonly agentId?: string | undefined;
  /** Largest or latest first; default `created_at`. */
  readonly sortBy?: BacktestOrdering | undefined;
  /** 1 to 200; default 50. The platform has no further pages. */
  readonly limit?: number | undefined;
}

/** A field that backtests are sorted by. */
export type BacktestOrdering =
  | "created_at"
  | "started_at"
  | "completed_at"
  | "final_equity"
  | "total_pnl"
  | "roi_pct"
  | "total_trades"
  | "total_fees";

// The platform ignores other names, such as those of metrics, and sorts by creation.
const ORDERINGS = [
  "created_at",
  "started_at",
  "completed_at",
  "final_equity",
  "total_pnl",
  "roi_pct",
  "total_trades",
  "total_fees",
] as const satisfies readonly BacktestOrdering[];

/** Response body of `getBacktests`. */
export interface Backtests {
  readonly backtests: readonly Backtest[];
  /** Number of backtests in this response. */
  readonly total: number;
}

export const backtestsRecord: Codec<Backtests> = record<Backtests>({
  backtests: list(backtestRecord),
  total: integer,
});

export const getBacktests: Endpoint<GetBacktestsOptions, readonly Backtest[], Backtests> = endpoint({
  name: "getBacktests",
  method: "GET",
  path: "/backtest/list",
  input: input({
    strategyLabel: optional(string(0, 100)),
    status: optional(oneOf(["created", "running", "completed", "failed", "cancelled"])),
    agentId: optional(uuid),
    sortBy: optional(oneOf(ORDERINGS)),
    limit: optional(wholeNumber(1, 200)),
  }),
  output: backtestsRecord,
  list: ({ backtests }) => backtests,
  access: "account",
  tier: "backtest",
});

import { integer, nullable, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint, type NoArguments } from "../endpoint.ts";
import { input } from "../inputs/index.ts";

/** A label of an account, which has no effect on trading, and numbers of its backtests. */
export interface AccountMode {
  /** Open: the platform may add modes. */
  readonly mode: "live" | "backtest" | (string & {});
  /** Null if none was given. */
  readonly activeStrategyLabel: string | null;
  /** Number of sessions that have not ended. */
  readonly activeBacktests: number;
  readonly totalBacktestsCompleted: number;
}

export const accountModeRecord: Codec<AccountMode> = record<AccountMode>({
  mode: text,
  activeStrategyLabel: nullable(text),
  activeBacktests: integer,
  totalBacktestsCompleted: integer,
});

export const getAccountMode: Endpoint<NoArguments, AccountMode> = endpoint({
  name: "getAccountMode",
  method: "GET",
  path: "/account/mode",
  input: input({}),
  output: accountModeRecord,
  access: "account",
  tier: "general",
});

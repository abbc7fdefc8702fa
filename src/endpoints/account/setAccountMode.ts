import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional, string } from "../inputs/index.ts";
import { accountModeRecord, type AccountMode } from "./getAccountMode.ts";

/** Arguments of `setAccountMode`. */
export interface SetAccountModeInput {
  readonly mode: "live" | "backtest";
  /** Up to 100 characters; if omitted, the label is removed. */
  readonly strategyLabel?: string | undefined;
}

export const setAccountMode: Endpoint<SetAccountModeInput, AccountMode> = endpoint({
  name: "setAccountMode",
  method: "POST",
  path: "/account/mode",
  input: input({ mode: oneOf(["live", "backtest"]), strategyLabel: optional(string(0, 100)) }),
  output: accountModeRecord,
  access: "account",
  tier: "general",
});

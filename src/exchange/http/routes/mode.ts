import { accountModeRecord, type AccountMode } from "../../../endpoints/account/index.ts";
import { ownSessions } from "../../engine/backtest/lifecycle.ts";
import type { Account } from "../../engine/model.ts";
import type { ExchangeState } from "../../engine/state.ts";
import { route, type Route } from "../route.ts";
import { object, oneOf, optional, string } from "../schema/index.ts";

const PATH = "/api/v1/account/mode";
const ACTIVE: ReadonlySet<string> = new Set(["created", "running"]);

const modeBody = object({ mode: oneOf(["live", "backtest"]), strategyLabel: optional(string()) });

/** A label that accounts can set. It has no effect on trading. */
export const modeRoutes: readonly Route[] = [
  route(`GET ${PATH}`, { output: accountModeRecord }, ({ state, account }) => wireMode(state, account)),

  route(`POST ${PATH}`, { body: modeBody, output: accountModeRecord }, (call) => {
    const { mode, strategyLabel = null } = call.readBody();
    call.account.mode = { mode, strategyLabel };
    return wireMode(call.state, call.account);
  }),
];

function wireMode(state: ExchangeState, account: Account): AccountMode {
  const sessions = [...ownSessions(state, account)];
  return {
    mode: account.mode.mode,
    activeStrategyLabel: account.mode.strategyLabel,
    activeBacktests: sessions.filter((session) => ACTIVE.has(session.status)).length,
    totalBacktestsCompleted: sessions.filter((session) => session.status === "completed").length,
  };
}

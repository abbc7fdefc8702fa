import type { Account } from "../../engine/model.ts";
import type { ExchangeState } from "../../engine/state.ts";
import { jsonReply, type Reply } from "../reply.ts";
import { replyRoute, type Route } from "../route.ts";
import { object, oneOf, optional, string } from "../schema/index.ts";
import { ownSessions } from "../../engine/backtest/lifecycle.ts";

const PATH = "/api/v1/account/mode";
const ACTIVE: ReadonlySet<string> = new Set(["created", "running"]);

const modeBody = object({ mode: oneOf(["live", "backtest"]), strategyLabel: optional(string()) });

/** A label that accounts can set. It has no effect on trading. */
export const modeRoutes: readonly Route[] = [
  replyRoute(`GET ${PATH}`, {}, ({ state, account }) => modeReply(state, account)),

  replyRoute(`POST ${PATH}`, { body: modeBody }, (call) => {
    const { mode, strategyLabel = null } = call.readBody();
    call.account.mode = { mode, strategyLabel };
    return modeReply(call.state, call.account);
  }),
];

function modeReply(state: ExchangeState, account: Account): Reply {
  const sessions = [...ownSessions(state, account)];
  return jsonReply(200, {
    mode: account.mode.mode,
    active_strategy_label: account.mode.strategyLabel,
    active_backtests: sessions.filter((session) => ACTIVE.has(session.status)).length,
    total_backtests_completed: sessions.filter((session) => session.status === "completed").length,
  });
}

import type { Account } from "../../engine/model.ts";
import type { ExchangeState } from "../../engine/state.ts";
import { jsonReply, type Reply } from "../reply.ts";
import { bareRoute, type Route } from "../route.ts";

const PATH = "/api/v1/account/mode";
const ACTIVE: ReadonlySet<string> = new Set(["created", "running"]);

/** A label that the account gives itself; trading does not look at it. */
export const modeRoutes: readonly Route[] = [
  bareRoute("GET", PATH, ({ state, account }) => shown(state, account)),

  bareRoute("POST", PATH, (call) => {
    const body = call.body();
    const mode = body.oneOf("mode", ["live", "backtest"]);
    const strategyLabel = body.optionalText("strategy_label") ?? null;
    body.done();
    call.account.mode = { mode, strategyLabel };
    return shown(call.state, call.account);
  }),
];

function shown(state: ExchangeState, account: Account): Reply {
  const sessions = [...state.backtests.values()].filter((session) => session.account === account);
  return jsonReply(200, {
    mode: account.mode.mode,
    active_strategy_label: account.mode.strategyLabel,
    active_backtests: sessions.filter((session) => ACTIVE.has(session.status)).length,
    total_backtests_completed: sessions.filter((session) => session.status === "completed").length,
  });
}

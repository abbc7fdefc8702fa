import { expireSession } from "../../engine/backtest/lifecycle.ts";
import type { BacktestSession } from "../../engine/backtest/model.ts";
import { Rejection } from "../../base/rejection.ts";
import type { Call } from "../call.ts";
import { jsonReply } from "../reply.ts";
import { replyRoute, type Method, type Route } from "../route.ts";
import type { ParametersOf } from "../parameters.ts";
import type { ObjectSchema } from "../schema/index.ts";
import { partOf } from "../../engine/parts.ts";
import { BACKTESTS } from "../../engine/backtest/parts.ts";

type SessionCall = Call<"session_id">;

/** The session of the path, if the caller may see it. `strictly`: the platform checks the owner, too. */
export function findSession(call: SessionCall, strictly: boolean): BacktestSession | undefined {
  const id = call.readParameter("session_id");
  const session = partOf(call.state, BACKTESTS).get(id);
  if (session === undefined) return undefined;
  const isOpen = call.state.quirks.backtestsOpenToAll && !strictly;
  if (!isOpen && session.accountId !== call.account.id) return undefined;
  expireSession(call.state, session);
  return session;
}

/** The session of the path, which must belong to the caller. */
export function ownSession(call: SessionCall): BacktestSession {
  return findSession(call, true) ?? throwUnknownSession(call);
}

/** The session of the path, which must be running. */
export function runningSession(call: SessionCall): BacktestSession {
  const session = findSession(call, false);
  if (session?.status !== "running") throw inactiveSession(call);
  return session;
}

export function inactiveSession(call: SessionCall): Rejection {
  const id = call.readParameter("session_id");
  return new Rejection("BACKTEST_NOT_FOUND", `Backtest session '${id}' is not active.`);
}

export function throwUnknownSession(call: SessionCall): never {
  const id = call.readParameter("session_id");
  throw new Rejection("BACKTEST_NOT_FOUND", `Backtest session '${id}' not found.`, { session_id: id });
}

/** A route below a running session. */
export function sessionRoute<const Path extends string, Query = unknown>(
  method: Method,
  path: Path,
  query: ObjectSchema<Query> | undefined,
  run: (session: BacktestSession, call: Call<"session_id" | ParametersOf<Path>, Query>) => unknown,
): Route {
  return replyRoute(`${method} /api/v1/backtest/{session_id}${path}`, { query }, (call) =>
    jsonReply(200, run(runningSession(call), call)),
  );
}

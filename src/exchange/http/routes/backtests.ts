import { formatFixed8, type Fixed8 } from "../../base/amount.ts";
import { tidySession } from "../../engine/backtest/lifecycle.ts";
import type { BacktestSession } from "../../engine/backtest/model.ts";
import { Rejection } from "../../base/rejection.ts";
import type { Call } from "../call.ts";
import { jsonReply } from "../reply.ts";
import { bareRoute, type Route } from "../route.ts";

/** The session of the path, if the caller may know of it; `strictly` where the platform asks whose it is, too. */
export function findSession(call: Call, strictly: boolean): BacktestSession | undefined {
  const id = call.path.uuid("session_id");
  call.path.done();
  const session = call.state.backtests.get(id);
  if (session === undefined) return undefined;
  const isOpen = call.state.quirks.backtestsOpenToAll && !strictly;
  if (!isOpen && session.account !== call.account) return undefined;
  tidySession(call.state, session);
  return session;
}

/** The caller's session of the path. */
export function ownSession(call: Call): BacktestSession {
  return findSession(call, true) ?? refuseUnknown(call);
}

/** The session of the path, which must be running; otherwise nothing in it can be reached. */
export function runningSession(call: Call): BacktestSession {
  const session = findSession(call, false);
  if (session?.status !== "running") throw inactive(call);
  return session;
}

export function inactive(call: Call): Rejection {
  return new Rejection("BACKTEST_NOT_FOUND", `Backtest session '${call.path.uuid("session_id")}' is not active.`);
}

export function refuseUnknown(call: Call): never {
  const id = call.path.uuid("session_id");
  throw new Rejection("BACKTEST_NOT_FOUND", `Backtest session '${id}' not found.`, { session_id: id });
}

export function pricesText(prices: ReadonlyMap<string, Fixed8>): Readonly<Record<string, string>> {
  return Object.fromEntries([...prices].map(([symbol, price]) => [symbol, formatFixed8(price)]));
}

/** A route that needs a running session. */
export function insideRoute(
  method: string,
  path: string,
  answer: (session: BacktestSession, call: Call) => unknown,
): Route {
  return bareRoute(method, `/api/v1/backtest/{session_id}${path}`, (call) =>
    jsonReply(200, answer(runningSession(call), call)),
  );
}

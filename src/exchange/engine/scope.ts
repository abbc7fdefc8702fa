import type { Agent, Scope, Trade } from "./model.ts";

/** The agents that a scope covers. */
export function agentsOf({ account, agent }: Scope): readonly Agent[] {
  return agent === undefined ? account.agents : [agent];
}

/** The time from which a scope's results count: the earliest creation or reset of its agents. */
export function resultsStart(scope: Scope): number {
  return agentsOf(scope).reduce((first, agent) => Math.min(first, agent.resultsFrom.time), Number.POSITIVE_INFINITY);
}

/** A scope's trades since a time, oldest first, without those from before a reset of their agent. */
export function* currentTrades(scope: Scope, since: number): Iterable<Trade> {
  const { account, agent } = scope;
  for (const trade of account.history.tradesSince(agent, Math.max(since, resultsStart(scope))))
    // A reset and a trade can share a millisecond, so the time alone does not decide.
    if (trade.order.sequence >= trade.order.agent.resultsFrom.order) yield trade;
}

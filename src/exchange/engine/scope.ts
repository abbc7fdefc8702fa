import type { Agent, Scope, Trade } from "./model.ts";

/** The agents whose things a scope shows. */
export function agentsOf({ account, agent }: Scope): readonly Agent[] {
  return agent === undefined ? account.agents : [agent];
}

/** Where a scope's results begin: with its first agent, or with that one's last reset. */
export function resultsStart(scope: Scope): number {
  return agentsOf(scope).reduce((first, agent) => Math.min(first, agent.resultsFrom.time), Number.POSITIVE_INFINITY);
}

/** A scope's trades since a moment that no reset of their agents has wiped, oldest first. */
export function* currentTrades(scope: Scope, since: number): Iterable<Trade> {
  const { account, agent } = scope;
  for (const trade of account.history.tradesSince(agent, Math.max(since, resultsStart(scope))))
    // A reset can come in the millisecond of a trade, so the moment alone does not tell.
    if (trade.order.sequence >= trade.order.agent.resultsFrom.order) yield trade;
}

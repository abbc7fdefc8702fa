import type { Account, Agent, Scope } from "./model.ts";
import type { ExchangeState } from "./state.ts";

/** Identifies a scope. Records must not be kept while waiting; this may. */
export interface ScopeReference {
  readonly accountId: string;
  readonly agentId: string | undefined;
}

/** The records of a scope; undefined if its account or agent does not exist, or no longer. */
export function findScope({ accounts, agents }: ExchangeState, reference: ScopeReference): Scope | undefined {
  const account = accounts.get(reference.accountId);
  const agent = reference.agentId === undefined ? undefined : agents.get(reference.agentId);
  if (account === undefined || (agent === undefined && reference.agentId !== undefined)) return undefined;
  return { account, agent };
}

/** The agents that a scope covers, oldest first. */
export function agentsOf(state: ExchangeState, { account, agent }: Scope): readonly Agent[] {
  return agent === undefined ? account.agentIds.map((id) => agentById(state, id)) : [agent];
}

/** An agent that another record refers to. */
export function agentById({ agents }: ExchangeState, id: string): Agent {
  const agent = agents.get(id);
  if (agent === undefined) throw new Error(`There is no agent ${id}.`);
  return agent;
}

/** An agent's account. */
export function accountOf({ accounts }: ExchangeState, { accountId }: { readonly accountId: string }): Account {
  const account = accounts.get(accountId);
  if (account === undefined) throw new Error(`There is no account ${accountId}.`);
  return account;
}

/** The first agent of an account that is not archived. */
export function firstActiveAgent(state: ExchangeState, account: Account): Agent | undefined {
  return agentsOf(state, { account, agent: undefined }).find((agent) => agent.status !== "archived");
}

/** The time from which a scope's results count: the earliest creation or reset of its agents. */
export function resultsStart(state: ExchangeState, scope: Scope): number {
  return agentsOf(state, scope).reduce(
    (first, agent) => Math.min(first, agent.resultsFrom.time),
    Number.POSITIVE_INFINITY,
  );
}

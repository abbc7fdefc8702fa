import { createAgent, createKey } from "./accounts.ts";
import { pendingOrders } from "../history/history.ts";
import type { Agent } from "../model.ts";
import { accountOf } from "../scope.ts";
import type { ExchangeState } from "../state.ts";
import { removeAllFromBooks } from "../trading/books.ts";
import { deleteRecords } from "../decisions/records.ts";
import { addSecret, deleteSecret } from "./secrets.ts";

const MAX_NAME_LENGTH = 100;

/** Changes to an agent; fields that are undefined stay as they are. */
export interface AgentChanges {
  readonly displayName?: string | undefined;
  readonly llmModel?: string | null | undefined;
  readonly framework?: string | null | undefined;
  readonly strategyTags?: readonly string[] | undefined;
  readonly riskProfile?: Readonly<Record<string, unknown>> | undefined;
  readonly color?: string | null | undefined;
  readonly avatarUrl?: string | null | undefined;
}

export function updateAgent(state: ExchangeState, agent: Agent, changes: AgentChanges): void {
  const changed = Object.entries(changes).filter(([, value]) => value !== undefined);
  if (changed.length === 0) return;
  Object.assign(agent, Object.fromEntries(changed));
  agent.limits = undefined;
  agent.updatedAt = state.now;
}

/** Creates an agent with the settings of another one; wallet, key and avatar are new. */
export function cloneAgent(state: ExchangeState, agent: Agent, name: string | undefined): Agent {
  const { startingBalance, llmModel, framework, strategyTags, riskProfile } = agent;
  const displayName = name ?? `Copy of ${agent.displayName}`.slice(0, MAX_NAME_LENGTH);
  const draft = { startingBalance, llmModel, framework, strategyTags, riskProfile, displayName, color: null };
  return createAgent(state, accountOf(state, agent), draft);
}

/** Archives an agent. Its key stops working. */
export function archiveAgent(state: ExchangeState, agent: Agent): void {
  agent.status = "archived";
  agent.updatedAt = state.now;
}

/** Deletes an agent with its orders, trades and records. */
export function deleteAgent(state: ExchangeState, agent: Agent): void {
  const account = accountOf(state, agent);
  removeAllFromBooks(state.books, pendingOrders(state, { account, agent }));
  account.agentIds.splice(account.agentIds.indexOf(agent.id), 1);
  state.agents.delete(agent.id);
  deleteSecret(state.agentsByKey, agent.key);
  deleteRecords(state, agent.id);
}

/** Replaces an agent's key. The old one stops working. */
export function regenerateKey(state: ExchangeState, agent: Agent): void {
  deleteSecret(state.agentsByKey, agent.key);
  agent.key = createKey(state);
  addSecret(state.agentsByKey, agent.key, agent.id);
  agent.updatedAt = state.now;
}

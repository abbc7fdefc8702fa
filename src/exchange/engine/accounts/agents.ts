import { randomString } from "../../base/random.ts";
import { createAgent } from "./accounts.ts";
import type { Agent } from "../model.ts";
import type { ExchangeState } from "../state.ts";

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
  return createAgent(state, agent.account, draft);
}

/** Archives an agent. Its key stops working. */
export function archiveAgent(state: ExchangeState, agent: Agent): void {
  agent.status = "archived";
  agent.updatedAt = state.now;
}

/** Deletes an agent with its orders and trades. */
export function deleteAgent(state: ExchangeState, agent: Agent): void {
  const { account } = agent;
  for (const order of account.history.pending()) if (order.agent === agent) state.pending.remove(order);
  account.history.removeAgent(agent);
  account.agents.splice(account.agents.indexOf(agent), 1);
  state.agents.delete(agent.id);
  state.agentsByKey.delete(agent.key);
}

/** Replaces an agent's key. The old one stops working. */
export function regenerateKey(state: ExchangeState, agent: Agent): void {
  state.agentsByKey.delete(agent.key);
  agent.key = `ak_live_${randomString(state.keys, 64)}`;
  state.agentsByKey.set(agent.key, agent);
  agent.updatedAt = state.now;
}

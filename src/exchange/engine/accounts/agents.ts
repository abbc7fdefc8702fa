import { randomText } from "../../base/random.ts";
import { createAgent } from "./accounts.ts";
import type { Agent } from "../model.ts";
import type { ExchangeState } from "../state.ts";

const LONGEST_NAME = 100;

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

/** Opens an agent that is set up as another one, with a wallet and looks of its own. */
export function cloneAgent(state: ExchangeState, agent: Agent, name: string | undefined): Agent {
  const { startingBalance, llmModel, framework, strategyTags, riskProfile } = agent;
  const displayName = name ?? `Copy of ${agent.displayName}`.slice(0, LONGEST_NAME);
  const draft = { startingBalance, llmModel, framework, strategyTags, riskProfile, displayName, color: null };
  return createAgent(state, agent.account, draft);
}

/** Takes an agent out of service: its key is good for nothing from now on. */
export function archiveAgent(state: ExchangeState, agent: Agent): void {
  agent.status = "archived";
  agent.updatedAt = state.now;
}

/** Removes an agent and everything that it owns. */
export function deleteAgent(state: ExchangeState, agent: Agent): void {
  const { account } = agent;
  for (const order of account.history.pending()) if (order.agent === agent) state.pending.remove(order);
  account.history.removeAgent(agent);
  account.agents.splice(account.agents.indexOf(agent), 1);
  state.agents.delete(agent.id);
  state.agentsByKey.delete(agent.key);
}

/** Gives an agent another key; the old one is good for nothing from now on. */
export function regenerateKey(state: ExchangeState, agent: Agent): void {
  state.agentsByKey.delete(agent.key);
  agent.key = `ak_live_${randomText(state.keys, 64)}`;
  state.agentsByKey.set(agent.key, agent);
  agent.updatedAt = state.now;
}

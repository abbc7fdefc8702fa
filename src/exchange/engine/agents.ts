import { randomText } from "../base/random.ts";
import { createAgent } from "./accounts.ts";
import type { Agent } from "./model.ts";
import type { World } from "./world.ts";

const LONGEST_NAME = 100;

/** What of an agent can be changed; what is left out stays. */
export interface AgentChanges {
  displayName?: string;
  llmModel?: string | null;
  framework?: string | null;
  strategyTags?: readonly string[];
  riskProfile?: Readonly<Record<string, unknown>>;
  color?: string | null;
  avatarUrl?: string | null;
}

export function changeAgent(world: World, agent: Agent, changes: AgentChanges): void {
  if (Object.keys(changes).length === 0) return;
  Object.assign(agent, changes);
  agent.limits = undefined;
  agent.updatedAt = world.now;
}

/** Opens an agent that is set up as another one, with a wallet and looks of its own. */
export function cloneAgent(world: World, agent: Agent, name: string | undefined): Agent {
  const { startingBalance, llmModel, framework, strategyTags, riskProfile } = agent;
  const displayName = name ?? `Copy of ${agent.displayName}`.slice(0, LONGEST_NAME);
  const draft = { startingBalance, llmModel, framework, strategyTags, riskProfile, displayName, color: null };
  return createAgent(world, agent.account, draft);
}

/** Takes an agent out of service: its key is good for nothing from now on. */
export function archiveAgent(world: World, agent: Agent): void {
  agent.status = "archived";
  agent.updatedAt = world.now;
}

/** Removes an agent and everything that it owns. */
export function deleteAgent(world: World, agent: Agent): void {
  const { account } = agent;
  for (const order of account.history.pending()) if (order.agent === agent) world.pending.remove(order);
  account.history.forget(agent);
  account.agents.splice(account.agents.indexOf(agent), 1);
  world.agents.delete(agent.id);
  world.agentsByKey.delete(agent.key);
}

/** Gives an agent another key; the old one is good for nothing from now on. */
export function renewKey(world: World, agent: Agent): void {
  world.agentsByKey.delete(agent.key);
  agent.key = `ak_live_${randomText(world.keys, 64)}`;
  world.agentsByKey.set(agent.key, agent);
  agent.updatedAt = world.now;
}

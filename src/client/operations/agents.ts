import * as endpoints from "../../endpoints/agents/index.ts";
import type {
  Agent,
  AgentKey,
  AnalyzeDecisionsOptions,
  CloneAgentOptions,
  CreateAgentInput,
  CreatedAgent,
  DecisionAnalysis,
  DecisionTrace,
  Feedback,
  GetAgentsOptions,
  UpdateAgentInput,
  UpdateFeedbackInput,
} from "../../endpoints/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import { partsOf, type Client } from "../createClient.ts";
import { request } from "../request.ts";

/** The operation of `client.getAgents()`. */
export function getAgents(
  client: Client,
  query: GetAgentsOptions = {},
  options?: CallOptions,
): Promise<readonly Agent[]> {
  return request(client, endpoints.getAgents, query, options);
}

/** The operation of `client.createAgent()`. */
export function createAgent(client: Client, agent: CreateAgentInput, options?: CallOptions): Promise<CreatedAgent> {
  return request(client, endpoints.createAgent, agent, options);
}

/** The operation of `client.getAgentsOverview()`. */
export function getAgentsOverview(client: Client, options?: CallOptions): Promise<readonly Agent[]> {
  return request(client, endpoints.getAgentsOverview, {}, options);
}

/** The operation of `client.getAgent()`. */
export function getAgent(client: Client, agentId: string, options?: CallOptions): Promise<Agent> {
  return request(client, endpoints.getAgent, { agentId }, options);
}

/** The operation of `client.updateAgent()`. */
export function updateAgent(
  client: Client,
  agentId: string,
  changes: UpdateAgentInput,
  options?: CallOptions,
): Promise<Agent> {
  return request(client, endpoints.updateAgent, { ...changes, agentId }, options);
}

/** The operation of `client.cloneAgent()`. */
export function cloneAgent(
  client: Client,
  agentId: string,
  query: CloneAgentOptions = {},
  options?: CallOptions,
): Promise<CreatedAgent> {
  return request(client, endpoints.cloneAgent, { ...query, agentId }, options);
}

/** The operation of `client.resetAgent()`. */
export function resetAgent(client: Client, agentId: string, options?: CallOptions): Promise<Agent> {
  return request(client, endpoints.resetAgent, { agentId }, options);
}

/** The operation of `client.archiveAgent()`. */
export async function archiveAgent(client: Client, agentId: string, options?: CallOptions): Promise<Agent> {
  const agent = await request(client, endpoints.archiveAgent, { agentId }, options);
  partsOf(client).transport.session.agents.forget(agentId);
  return agent;
}

/** The operation of `client.deleteAgent()`. */
export async function deleteAgent(client: Client, agentId: string, options?: CallOptions): Promise<void> {
  await request(client, endpoints.deleteAgent, { agentId }, options);
  partsOf(client).transport.session.agents.forget(agentId);
}

/** The operation of `client.getAgentKey()`. */
export function getAgentKey(client: Client, agentId: string, options?: CallOptions): Promise<AgentKey> {
  return request(client, endpoints.getAgentKey, { agentId }, options);
}

/** The operation of `client.regenerateAgentKey()`. */
export function regenerateAgentKey(client: Client, agentId: string, options?: CallOptions): Promise<AgentKey> {
  return request(client, endpoints.regenerateAgentKey, { agentId }, options);
}

/** The operation of `client.getAgentSkill()`. */
export function getAgentSkill(client: Client, agentId: string, options?: CallOptions): Promise<string> {
  return request(client, endpoints.getAgentSkill, { agentId }, options);
}

/** The operation of `client.getDecisionTrace()`. */
export function getDecisionTrace(
  client: Client,
  agentId: string,
  traceId: string,
  options?: CallOptions,
): Promise<DecisionTrace> {
  return request(client, endpoints.getDecisionTrace, { agentId, traceId }, options);
}

/** The operation of `client.analyzeDecisions()`. */
export function analyzeDecisions(
  client: Client,
  agentId: string,
  query: AnalyzeDecisionsOptions = {},
  options?: CallOptions,
): Promise<DecisionAnalysis> {
  return request(client, endpoints.analyzeDecisions, { ...query, agentId }, options);
}

/** The operation of `client.updateFeedback()`. */
export function updateFeedback(
  client: Client,
  agentId: string,
  feedbackId: string,
  changes: UpdateFeedbackInput,
  options?: CallOptions,
): Promise<Feedback> {
  return request(client, endpoints.updateFeedback, { ...changes, agentId, feedbackId }, options);
}

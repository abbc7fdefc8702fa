export {
  createAgent,
  createdAgentRecord,
  type AgentRiskProfile,
  type CreatedAgent,
  type CreateAgentInput,
} from "./createAgent.ts";
export {
  agentRecord,
  agentsRecord,
  getAgents,
  type Agent,
  type Agents,
  type GetAgentsOptions,
  type AgentStatus,
} from "./getAgents.ts";

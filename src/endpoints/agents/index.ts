export {
  createAgent,
  createdAgentRecord,
  type AgentRiskProfile,
  type CreatedAgent,
  type NewAgent,
} from "./createAgent.ts";
export {
  agentRecord,
  agentsRecord,
  getAgents,
  type Agent,
  type Agents,
  type AgentsQuery,
  type AgentStatus,
} from "./getAgents.ts";

export {
  analyzeDecisions,
  decisionAnalysisRecord,
  type AnalyzeDecisionsOptions,
  type DecisionAnalysis,
  type DecisionStats,
} from "./analyzeDecisions.ts";
export { archiveAgent } from "./archiveAgent.ts";
export { cloneAgent, type CloneAgentOptions } from "./cloneAgent.ts";
export { createAgent, createdAgentRecord, type CreatedAgent, type CreateAgentInput } from "./createAgent.ts";
export type { Decision, DecisionDirection } from "./decision.ts";
export { deleteAgent } from "./deleteAgent.ts";
export { getAgent } from "./getAgent.ts";
export { agentKeyRecord, getAgentKey, type AgentKey } from "./getAgentKey.ts";
export {
  agentRecord,
  agentsRecord,
  getAgents,
  type Agent,
  type Agents,
  type GetAgentsOptions,
  type AgentStatus,
} from "./getAgents.ts";
export { agentsOverviewRecord, getAgentsOverview, type AgentsOverview } from "./getAgentsOverview.ts";
export { getAgentSkill } from "./getAgentSkill.ts";
export {
  decisionTraceRecord,
  getDecisionTrace,
  type DecisionSignal,
  type DecisionTrace,
  type TracedApiCall,
  type TracedOrder,
  type TracedTrade,
} from "./getDecisionTrace.ts";
export { regenerateAgentKey } from "./regenerateAgentKey.ts";
export { resetAgent } from "./resetAgent.ts";
export type { AgentRiskProfile } from "./riskProfile.ts";
export { updateAgent, type UpdateAgentInput } from "./updateAgent.ts";
export {
  feedbackRecord,
  updateFeedback,
  type Feedback,
  type FeedbackStatus,
  type UpdateFeedbackInput,
} from "./updateFeedback.ts";

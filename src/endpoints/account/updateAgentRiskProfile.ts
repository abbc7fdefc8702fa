import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { riskProfileRecord, type RiskProfile } from "./getRiskProfile.ts";
import { riskLimits } from "./updateRiskProfile.ts";

/** Sets the risk limits of an agent. */
export const updateAgentRiskProfile: Endpoint<RiskProfile & { agentId: string }, RiskProfile> = endpoint({
  name: "updateAgentRiskProfile",
  method: "PUT",
  path: "/agents/{agentId}/risk-profile",
  input: input({ agentId: uuid, ...riskLimits }),
  output: riskProfileRecord,
  access: "account",
  tier: "general",
});

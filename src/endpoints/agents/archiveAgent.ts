import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { agentRecord, type Agent } from "./getAgents.ts";

export const archiveAgent: Endpoint<{ agentId: string }, Agent> = endpoint({
  name: "archiveAgent",
  method: "POST",
  path: "/agents/{agentId}/archive",
  input: input({ agentId: uuid }),
  output: agentRecord,
  access: "account",
  tier: "general",
});

import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { agentRecord, type Agent } from "./getAgents.ts";

export const resetAgent: Endpoint<{ agentId: string }, Agent> = endpoint({
  name: "resetAgent",
  method: "POST",
  path: "/agents/{agentId}/reset",
  input: input({ agentId: uuid }),
  output: agentRecord,
  access: "account",
  tier: "general",
});

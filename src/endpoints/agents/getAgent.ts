import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { agentRecord, type Agent } from "./getAgents.ts";

export const getAgent: Endpoint<{ agentId: string }, Agent> = endpoint({
  name: "getAgent",
  method: "GET",
  path: "/agents/{agentId}",
  input: input({ agentId: uuid }),
  output: agentRecord,
  access: "account",
  tier: "general",
});

import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { agentKeyRecord, type AgentKey } from "./getAgentKey.ts";

export const regenerateAgentKey: Endpoint<{ agentId: string }, AgentKey> = endpoint({
  name: "regenerateAgentKey",
  method: "POST",
  path: "/agents/{agentId}/regenerate-key",
  input: input({ agentId: uuid }),
  output: agentKeyRecord,
  access: "account",
  tier: "general",
});

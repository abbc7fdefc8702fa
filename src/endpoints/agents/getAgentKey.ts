import { hidden, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";

/** The API key of an agent. */
export interface AgentKey {
  readonly agentId: string;
  /** Authenticates as this agent, without a secret. Left out of JSON and logs. */
  readonly apiKey: string;
  readonly message: string;
}

export const agentKeyRecord: Codec<AgentKey> = record<AgentKey>({ agentId: text, apiKey: hidden(text), message: text });

export const getAgentKey: Endpoint<{ agentId: string }, AgentKey> = endpoint({
  name: "getAgentKey",
  method: "GET",
  path: "/agents/{agentId}/api-key",
  input: input({ agentId: uuid }),
  output: agentKeyRecord,
  access: "account",
  tier: "general",
});

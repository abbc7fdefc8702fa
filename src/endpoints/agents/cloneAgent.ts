import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, optional, string, uuid } from "../inputs/index.ts";
import { createdAgentRecord, type CreatedAgent } from "./createAgent.ts";

/** Options of `cloneAgent`. */
export interface CloneAgentOptions {
  /** 1 to 100 characters; default `Copy of` and the name of the original. */
  readonly newName?: string | undefined;
}

export const cloneAgent: Endpoint<CloneAgentOptions & { agentId: string }, CreatedAgent> = endpoint({
  name: "cloneAgent",
  method: "POST",
  path: "/agents/{agentId}/clone",
  input: input({ agentId: uuid, newName: optional(string(1, 100)) }),
  queryOnly: true,
  output: createdAgentRecord,
  access: "account",
  tier: "general",
});

import { noContent } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";

export const deleteAgent: Endpoint<{ agentId: string }, undefined> = endpoint({
  name: "deleteAgent",
  method: "DELETE",
  path: "/agents/{agentId}",
  input: input({ agentId: uuid }),
  output: noContent,
  access: "account",
  tier: "general",
});

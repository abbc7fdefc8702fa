import { text } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";

export const getAgentSkill: Endpoint<{ agentId: string }, string> = endpoint({
  name: "getAgentSkill",
  method: "GET",
  path: "/agents/{agentId}/skill.md",
  input: input({ agentId: uuid }),
  textBody: true,
  output: text,
  access: "account",
  tier: "general",
});

import * as v from "valibot";
import { endpoint, type Endpoint, type Params } from "../endpoint.ts";
import { input, listOf, nullable, optional, showCondition, string, uuid } from "../inputs/index.ts";
import { agentRecord, type Agent } from "./getAgents.ts";
import { agentRiskProfile, type AgentRiskProfile } from "./riskProfile.ts";

/** Omitted fields stay unchanged; at least one is required. */
export interface UpdateAgentInput {
  /** 1 to 100 characters. */
  readonly displayName?: string | undefined;
  /** Up to 100 characters; null removes it. */
  readonly llmModel?: string | null | undefined;
  /** Up to 100 characters; null removes it. */
  readonly framework?: string | null | undefined;
  /** Replaces all tags. */
  readonly strategyTags?: readonly string[] | undefined;
  /** Replaces the whole profile. If empty, the account's limits apply. */
  readonly riskProfile?: AgentRiskProfile | undefined;
  /** Up to 7 characters: `#rrggbb`; null removes it. */
  readonly color?: string | null | undefined;
  /** A URL of up to 10000 characters, also a `data:` URL; null removes it. */
  readonly avatarUrl?: string | null | undefined;
}

export const updateAgent: Endpoint<UpdateAgentInput & { agentId: string }, Agent> = endpoint({
  name: "updateAgent",
  method: "PUT",
  path: "/agents/{agentId}",
  input: v.pipe(
    input({
      agentId: uuid,
      displayName: optional(string(1, 100)),
      llmModel: optional(nullable(string(0, 100))),
      framework: optional(nullable(string(0, 100))),
      strategyTags: optional(listOf(string(0, 10_000), "strings", 0)),
      riskProfile: optional(agentRiskProfile),
      color: optional(nullable(string(0, 7))),
      avatarUrl: optional(nullable(string(0, 10_000))),
    }),
    v.check(
      (changes) => Object.entries(changes).some(([name, change]) => name !== "agentId" && change !== undefined),
      "expects at least one of displayName, llmModel, framework, strategyTags, riskProfile, color or avatarUrl",
    ),
    showCondition({ minProperties: 2 }),
    v.transform((changes): Params => changes),
  ),
  output: agentRecord,
  access: "account",
  tier: "general",
});

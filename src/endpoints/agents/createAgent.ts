import { decimal, hidden, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { amount, input, listOf, optional, string, type Amount } from "../inputs/index.ts";
import { agentRiskProfile, type AgentRiskProfile } from "./riskProfile.ts";

/** Arguments of `createAgent`. */
export interface CreateAgentInput {
  /** 1 to 100 characters. */
  readonly displayName: string;
  /** In USDT; default 10000. */
  readonly startingBalance?: Amount | undefined;
  /** Up to 100 characters. */
  readonly llmModel?: string | undefined;
  /** Up to 100 characters. */
  readonly framework?: string | undefined;
  /** Any words. */
  readonly strategyTags?: readonly string[] | undefined;
  /** Omitted limits take their defaults. */
  readonly riskProfile?: AgentRiskProfile | undefined;
  /** Up to 7 characters: `#rrggbb`. */
  readonly color?: string | undefined;
}

/** A new agent with its API key. */
export interface CreatedAgent {
  readonly agentId: string;
  /** Authenticates as this agent, without a secret. Left out of JSON and logs; `getAgentKey` reads it again. */
  readonly apiKey: string;
  readonly displayName: string;
  /** In USDT. */
  readonly startingBalance: Decimal;
  readonly message: string;
}

export const createdAgentRecord: Codec<CreatedAgent> = record<CreatedAgent>({
  agentId: text,
  apiKey: hidden(text),
  displayName: text,
  startingBalance: decimal,
  message: text,
});

export const createAgent: Endpoint<CreateAgentInput, CreatedAgent> = endpoint({
  name: "createAgent",
  method: "POST",
  path: "/agents",
  input: input({
    displayName: string(1, 100),
    startingBalance: optional(amount),
    llmModel: optional(string(0, 100)),
    framework: optional(string(0, 100)),
    strategyTags: optional(listOf(string(0, 10_000), "strings", 0)),
    riskProfile: optional(agentRiskProfile),
    color: optional(string(0, 7)),
  }),
  output: createdAgentRecord,
  access: "account",
  tier: "general",
});

import {
  decimal,
  instant,
  integer,
  jsonObject,
  list,
  nullable,
  record,
  text,
  type Codec,
  type Decimal,
} from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { flag, input, optional, wholeNumber } from "../inputs/index.ts";

/** Open: the platform may add kinds. */
export type AgentStatus = "active" | "paused" | "archived" | (string & {});

/** An agent: a trader with a wallet and a key of its own. */
export interface Agent {
  readonly id: string;
  readonly accountId: string;
  readonly displayName: string;
  /** The first 12 characters of its key, and dots. */
  readonly apiKeyPreview: string;
  /** In USDT. */
  readonly startingBalance: Decimal;
  /** Null when none was given. */
  readonly llmModel: string | null;
  /** Null when none was given. */
  readonly framework: string | null;
  readonly strategyTags: readonly string[];
  /** As it was stored, unchecked, with the platform's names (`max_order_size_pct`); empty: the account's limits apply. */
  readonly riskProfile: Readonly<Record<string, unknown>>;
  /** An image as a `data:` URL unless changed; null when removed. */
  readonly avatarUrl: string | null;
  /** `#rrggbb`; null when removed. */
  readonly color: string | null;
  readonly status: AgentStatus;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface GetAgentsOptions {
  /** Whether archived agents are listed too; default false. */
  readonly includeArchived?: boolean | undefined;
  /** 1 to 500; default 100. */
  readonly limit?: number | undefined;
  /** How many of the oldest to pass over; default 0. */
  readonly offset?: number | undefined;
}

/** A page of agents. */
export interface Agents {
  /** Oldest first. */
  readonly agents: readonly Agent[];
  /** Number of agents on this page, not of all. */
  readonly total: number;
}

export const agentRecord: Codec<Agent> = record<Agent>({
  id: text,
  accountId: text,
  displayName: text,
  apiKeyPreview: text,
  startingBalance: decimal,
  llmModel: nullable(text),
  framework: nullable(text),
  strategyTags: list(text),
  riskProfile: jsonObject,
  avatarUrl: nullable(text),
  color: nullable(text),
  status: text,
  createdAt: instant,
  updatedAt: instant,
});

export const agentsRecord: Codec<Agents> = record<Agents>({ agents: list(agentRecord), total: integer });

export const getAgents: Endpoint<GetAgentsOptions, readonly Agent[], Agents> = endpoint({
  name: "getAgents",
  method: "GET",
  path: "/agents",
  input: input({
    includeArchived: optional(flag),
    limit: optional(wholeNumber(1, 500)),
    offset: optional(wholeNumber(0)),
  }),
  output: agentsRecord,
  list: ({ agents }) => agents,
  access: "account",
  tier: "general",
});

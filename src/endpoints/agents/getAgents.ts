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

/** Open: the platform may add statuses. */
export type AgentStatus = "active" | "paused" | "archived" | (string & {});

/** A trading agent with its own wallet and API key. */
export interface Agent {
  readonly id: string;
  readonly accountId: string;
  readonly displayName: string;
  /** The first 12 characters of its API key, followed by dots. */
  readonly apiKeyPreview: string;
  /** In USDT. */
  readonly startingBalance: Decimal;
  /** Null if none was given. */
  readonly llmModel: string | null;
  /** Null if none was given. */
  readonly framework: string | null;
  readonly strategyTags: readonly string[];
  /** As stored, with the platform's names (`max_order_size_pct`), not validated. If empty, the account's limits apply. */
  readonly riskProfile: Readonly<Record<string, unknown>>;
  /** By default a generated image as a `data:` URL; null if removed. */
  readonly avatarUrl: string | null;
  /** `#rrggbb`; null if removed. */
  readonly color: string | null;
  readonly status: AgentStatus;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Options of `getAgents`. */
export interface GetAgentsOptions {
  /** Whether to include archived agents; default false. */
  readonly includeArchived?: boolean | undefined;
  /** 1 to 500; default 100. */
  readonly limit?: number | undefined;
  /** Number of oldest agents to skip; default 0. */
  readonly offset?: number | undefined;
}

/** Response body of `getAgents`. */
export interface Agents {
  /** Oldest first. */
  readonly agents: readonly Agent[];
  /** Number of agents on this page, not in total. */
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

import { flag, integer, list, number, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint, type NoArguments } from "../endpoint.ts";
import { input } from "../inputs/index.ts";

/** Open: the platform may add kinds. */
export type HealthStatus = "ok" | "degraded" | "unhealthy" | (string & {});

/** How the platform is. */
export interface Health {
  /** `degraded`: some pair was not traded for more than 60 s; `unhealthy`: a store cannot be reached. */
  readonly status: HealthStatus;
  /** Whether the price store can be reached. */
  readonly redisConnected: boolean;
  /** Whether the database can be reached. */
  readonly dbConnected: boolean;
  /** Whether at least one pair is fresh. */
  readonly ingestionActive: boolean;
  /** Pairs that were not traded for more than 60 s, in alphabetical order. */
  readonly stalePairs: readonly string[];
  /** Pairs with a price. */
  readonly totalPairs: number;
  readonly checks: HealthChecks;
}

/** Times of the probes, in milliseconds; -1 when a probe failed. */
export interface HealthChecks {
  readonly redisLatencyMs: number;
  readonly dbLatencyMs: number;
}

export const healthRecord: Codec<Health> = record<Health>({
  status: text,
  redisConnected: flag,
  dbConnected: flag,
  ingestionActive: flag,
  stalePairs: list(text),
  totalPairs: integer,
  checks: record<HealthChecks>({ redisLatencyMs: number, dbLatencyMs: number }),
});

export const health: Endpoint<NoArguments, Health> = endpoint({
  name: "health",
  method: "GET",
  path: "/health",
  base: "",
  input: input({}),
  output: healthRecord,
  access: "public",
  tier: "none",
  success: [503],
});

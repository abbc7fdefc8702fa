import { flag, integer, list, number, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint, type NoArguments } from "../endpoint.ts";
import { input } from "../inputs/index.ts";

/** Open: the platform may add statuses. */
export type HealthStatus = "ok" | "degraded" | "unhealthy" | (string & {});

/** The platform's health. */
export interface Health {
  /** `degraded`: a symbol was not traded for more than 60 s. `unhealthy`: a store is unreachable. */
  readonly status: HealthStatus;
  /** Whether the price store is reachable. */
  readonly redisConnected: boolean;
  /** Whether the database is reachable. */
  readonly dbConnected: boolean;
  /** Whether at least one symbol was traded in the last 60 s. */
  readonly ingestionActive: boolean;
  /** Symbols that were not traded for more than 60 s, in alphabetical order. */
  readonly stalePairs: readonly string[];
  /** Number of symbols with a price. */
  readonly totalPairs: number;
  readonly checks: HealthChecks;
}

/** Latencies of the health checks, in milliseconds; -1 if a check failed. */
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

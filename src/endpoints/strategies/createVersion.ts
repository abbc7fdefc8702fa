import { instant, integer, nullable, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, optional, string, uuid } from "../inputs/index.ts";
import { definitionCodec, type StrategyDefinition } from "./definition.ts";
import { strategyDefinition } from "./definitionInput.ts";

/** Open: the platform may add statuses. */
export type VersionStatus = "draft" | "testing" | "validated" | "deployed" | (string & {});

/** One version of a strategy's rules. It never changes. */
export interface StrategyVersion {
  readonly versionId: string;
  readonly strategyId: string;
  /** Version number, from 1. */
  readonly version: number;
  /** As submitted, except that keys may be reordered. */
  readonly definition: StrategyDefinition;
  /** Null if none were given. */
  readonly changeNotes: string | null;
  /** Number of the previous version; null for the first. */
  readonly parentVersion: number | null;
  readonly status: VersionStatus;
  readonly createdAt: Date;
}

/** Arguments of `createVersion`. */
export interface CreateVersionInput {
  /** The rules of the version. */
  readonly definition: StrategyDefinition;
  /** Up to 2000 characters. */
  readonly changeNotes?: string | undefined;
}

export const strategyVersionRecord: Codec<StrategyVersion> = record<StrategyVersion>({
  versionId: text,
  strategyId: text,
  version: integer,
  definition: definitionCodec,
  changeNotes: nullable(text),
  parentVersion: nullable(integer),
  status: text,
  createdAt: instant,
});

export const createVersion: Endpoint<CreateVersionInput & { strategyId: string }, StrategyVersion> = endpoint({
  name: "createVersion",
  method: "POST",
  path: "/strategies/{strategyId}/versions",
  input: input({ strategyId: uuid, definition: strategyDefinition, changeNotes: optional(string(0, 2000)) }),
  output: strategyVersionRecord,
  access: "account",
  tier: "general",
});

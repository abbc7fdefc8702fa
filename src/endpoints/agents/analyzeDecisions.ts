import { decimal, integer, list, map, nullable, number, record, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, numberWithin, oneOf, optional, timestamp, uuid, wholeNumber, type Timestamp } from "../inputs/index.ts";
import { decisionRecord, type Decision } from "./decision.ts";

/** Options of `analyzeDecisions`. */
export interface AnalyzeDecisionsOptions {
  /** Only decisions from then on. */
  readonly start?: Timestamp | undefined;
  /** Only decisions up to then. */
  readonly end?: Timestamp | undefined;
  /** Only decisions with at least this confidence, 0 to 1. */
  readonly minConfidence?: number | undefined;
  readonly direction?: "buy" | "sell" | "hold" | undefined;
  /** Only decisions with a profit, or with a loss; default `all`. */
  readonly pnlOutcome?: "positive" | "negative" | "all" | undefined;
  /** 1 to 500; default 200. */
  readonly limit?: number | undefined;
}

/** Statistics of some decisions. */
export interface DecisionStats {
  readonly total: number;
  /** Number of decisions with a profit. */
  readonly wins: number;
  /** Number of decisions with a loss. */
  readonly losses: number;
  /** Wins by all decisions, 0 to 1. */
  readonly winRate: number;
  /** In USDT; null if no outcome is known. */
  readonly avgPnl: Decimal | null;
  /** 0 to 1; null if no confidence is known. */
  readonly avgConfidence: Decimal | null;
}

/** Decisions of an agent with their statistics. */
export interface DecisionAnalysis extends DecisionStats {
  /** By direction, only those that occur. */
  readonly byDirection: Readonly<Record<string, DecisionStats>>;
  /** Newest first. */
  readonly decisions: readonly Decision[];
}

const statsFields: { readonly [Name in keyof DecisionStats]: Codec<DecisionStats[Name]> } = {
  total: integer,
  wins: integer,
  losses: integer,
  winRate: number,
  avgPnl: nullable(decimal),
  avgConfidence: nullable(decimal),
};

export const decisionAnalysisRecord: Codec<DecisionAnalysis> = record<DecisionAnalysis>({
  ...statsFields,
  byDirection: map(record<DecisionStats>(statsFields)),
  decisions: list(decisionRecord),
});

export const analyzeDecisions: Endpoint<AnalyzeDecisionsOptions & { agentId: string }, DecisionAnalysis> = endpoint({
  name: "analyzeDecisions",
  method: "GET",
  path: "/agents/{agentId}/decisions/analyze",
  input: input({
    agentId: uuid,
    start: optional(timestamp),
    end: optional(timestamp),
    minConfidence: optional(numberWithin(0, 1)),
    direction: optional(oneOf(["buy", "sell", "hold"])),
    pnlOutcome: optional(oneOf(["positive", "negative", "all"])),
    limit: optional(wholeNumber(1, 500)),
  }),
  output: decisionAnalysisRecord,
  access: "account",
  tier: "general",
});

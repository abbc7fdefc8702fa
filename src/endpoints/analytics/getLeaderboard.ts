import { decimal, integer, list, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional } from "../inputs/index.ts";
import type { AnalyticsPeriod } from "./getPerformance.ts";

/** One account on the leaderboard. */
export interface LeaderboardEntry {
  /** From 1. */
  readonly rank: number;
  readonly accountId: string;
  readonly displayName: string;
  /** Return up to the newest daily snapshot, in percent of the starting balance. Ignores the period. */
  readonly roiPct: Decimal;
  readonly sharpeRatio: Decimal;
  /** Number of closed trades in the period. */
  readonly totalTrades: number;
  /** Percentage of closed trades that made a profit. */
  readonly winRate: Decimal;
}

/** Options of `getLeaderboard`. */
export interface GetLeaderboardOptions {
  /** The period up to now; default `30d`. */
  readonly period?: AnalyticsPeriod | undefined;
  /** Maximum number of entries, 1 to 50; the best are returned. Default all that the platform sends, at most 50. */
  readonly limit?: number | undefined;
}

/** Response body of `getLeaderboard`. */
export interface Leaderboard {
  readonly period: AnalyticsPeriod | (string & {});
  /** Best first, at most 50. */
  readonly rankings: readonly LeaderboardEntry[];
}

export const leaderboardRecord: Codec<Leaderboard> = record<Leaderboard>({
  period: text,
  rankings: list(
    record<LeaderboardEntry>({
      rank: integer,
      accountId: text,
      displayName: text,
      roiPct: decimal,
      sharpeRatio: decimal,
      totalTrades: integer,
      winRate: decimal,
    }),
  ),
});

export const getLeaderboard: Endpoint<
  Pick<GetLeaderboardOptions, "period">,
  readonly LeaderboardEntry[],
  Leaderboard
> = endpoint({
  name: "getLeaderboard",
  method: "GET",
  path: "/analytics/leaderboard",
  input: input({ period: optional(oneOf(["1d", "7d", "30d", "90d", "all"])) }),
  output: leaderboardRecord,
  list: ({ rankings }) => rankings,
  access: "account",
  tier: "general",
});

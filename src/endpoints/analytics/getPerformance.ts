import { decimal, integer, nullable, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional } from "../inputs/index.ts";

/** The periods of `getPerformance` and `getLeaderboard`. */
export type AnalyticsPeriod = "1d" | "7d" | "30d" | "90d" | "all";

/** Options of `getPerformance`. */
export interface GetPerformanceOptions {
  /** The period up to now; default `all`. */
  readonly period?: AnalyticsPeriod | undefined;
}

/** Trading performance in a period. */
export interface Performance {
  readonly period: AnalyticsPeriod | (string & {});
  /** From hourly snapshots, annualized; 0 if there are too few. */
  readonly sharpeRatio: Decimal;
  /** From hourly snapshots, annualized; 0 if there are too few. */
  readonly sortinoRatio: Decimal;
  /** Largest drop of the equity from a peak, in percent. */
  readonly maxDrawdownPct: Decimal;
  /** Despite its name, the number of consecutive hourly snapshots below the peak. */
  readonly maxDrawdownDurationDays: number;
  /** Percentage of closed trades that made a profit. */
  readonly winRate: Decimal;
  /**
   * Total profit divided by total loss; 0 without profits. Profits without losses give null on the embedded exchange and
   * 0 on the platform.
   */
  readonly profitFactor: Decimal | null;
  /** Mean profit of winning trades, in USDT; 0 if there are none. */
  readonly avgWin: Decimal;
  /** Mean loss of losing trades, in USDT, negative; 0 if there are none. */
  readonly avgLoss: Decimal;
  /** Number of closed trades, which are sells. */
  readonly totalTrades: number;
  /** Mean number of closed trades per day; 0 for the period `all`. */
  readonly avgTradesPerDay: Decimal;
  /** Largest realized PnL, in USDT; 0 if there is none. */
  readonly bestTrade: Decimal;
  /** Smallest realized PnL, in USDT; 0 if there is none. */
  readonly worstTrade: Decimal;
  /** Number of consecutive profits up to now; negative for consecutive losses. */
  readonly currentStreak: number;
}

export const performanceRecord: Codec<Performance> = record<Performance>({
  period: text,
  sharpeRatio: decimal,
  sortinoRatio: decimal,
  maxDrawdownPct: decimal,
  maxDrawdownDurationDays: integer,
  winRate: decimal,
  profitFactor: nullable(decimal),
  avgWin: decimal,
  avgLoss: decimal,
  totalTrades: integer,
  avgTradesPerDay: decimal,
  bestTrade: decimal,
  worstTrade: decimal,
  currentStreak: integer,
});

export const getPerformance: Endpoint<GetPerformanceOptions, Performance> = endpoint({
  name: "getPerformance",
  method: "GET",
  path: "/analytics/performance",
  input: input({ period: optional(oneOf(["1d", "7d", "30d", "90d", "all"])) }),
  output: performanceRecord,
  access: "account",
  tier: "general",
});

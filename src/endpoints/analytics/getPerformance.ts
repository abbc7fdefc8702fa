import { decimal, integer, nullable, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional } from "../inputs/index.ts";

export type AnalyticsPeriod = "1d" | "7d" | "30d" | "90d" | "all";

export interface GetPerformanceOptions {
  /** Up to now; default `all`. */
  readonly period?: AnalyticsPeriod | undefined;
}

/** Trading figures of a period. */
export interface Performance {
  readonly period: AnalyticsPeriod | (string & {});
  /** From hourly snapshots, annualised; 0 when there are too few. */
  readonly sharpeRatio: Decimal;
  /** From hourly snapshots, annualised; 0 when there are too few. */
  readonly sortinoRatio: Decimal;
  /** Largest fall from a peak of the equity, in percent. */
  readonly maxDrawdownPct: Decimal;
  /** Despite its name a number of consecutive hourly snapshots. */
  readonly maxDrawdownDurationDays: number;
  /** Share of closed trades with a gain, in percent. */
  readonly winRate: Decimal;
  /**
   * Gains divided by losses; 0 when there are no gains. Gains without a loss: null, or 0 on the platform, which knows
   * no other answer.
   */
  readonly profitFactor: Decimal | null;
  /** Mean gain, in USDT; 0 when there is none. */
  readonly avgWin: Decimal;
  /** Mean loss, in USDT, negative; 0 when there is none. */
  readonly avgLoss: Decimal;
  /** Closed trades: sales of a position. */
  readonly totalTrades: number;
  /** Closed trades per day; 0 for the period `all`. */
  readonly avgTradesPerDay: Decimal;
  /** Largest realised PnL, in USDT; 0 when there is none. */
  readonly bestTrade: Decimal;
  /** Smallest realised PnL, in USDT; 0 when there is none. */
  readonly worstTrade: Decimal;
  /** Gains in a row up to now, or losses as a negative number. */
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

import { decimal, instant, list, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional, wholeNumber } from "../inputs/index.ts";

/** The portfolio at one point in time; amounts in USDT. */
export interface PortfolioSnapshot {
  readonly time: Date;
  readonly totalEquity: Decimal;
  readonly unrealizedPnl: Decimal;
  readonly realizedPnl: Decimal;
}

/** Options of `getPortfolioHistory`. */
export interface GetPortfolioHistoryOptions {
  /** Time between snapshots; default `1h`. */
  readonly interval?: "1m" | "1h" | "1d" | undefined;
  /** Maximum number of entries, 1 to 1000; the newest are returned. Default 100. */
  readonly limit?: number | undefined;
}

/** Response body of `getPortfolioHistory`. */
export interface PortfolioHistory {
  readonly accountId: string;
  readonly interval: string;
  /** Oldest first. */
  readonly snapshots: readonly PortfolioSnapshot[];
}

export const portfolioHistoryRecord: Codec<PortfolioHistory> = record<PortfolioHistory>({
  accountId: text,
  interval: text,
  snapshots: list(
    record<PortfolioSnapshot>({ time: instant, totalEquity: decimal, unrealizedPnl: decimal, realizedPnl: decimal }),
  ),
});

export const getPortfolioHistory: Endpoint<GetPortfolioHistoryOptions, readonly PortfolioSnapshot[], PortfolioHistory> =
  endpoint({
    name: "getPortfolioHistory",
    method: "GET",
    path: "/analytics/portfolio/history",
    input: input({ interval: optional(oneOf(["1m", "1h", "1d"])), limit: optional(wholeNumber(1, 1000)) }),
    output: portfolioHistoryRecord,
    list: ({ snapshots }) => snapshots,
    access: "account",
    tier: "general",
  });

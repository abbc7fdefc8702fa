import { decimal, integer, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional } from "../inputs/index.ts";

/** The periods of `getPnl`. */
export type PnlPeriod = "1d" | "7d" | "30d" | "all";

/** Options of `getPnl`. */
export interface GetPnlOptions {
  /** The period up to now; `1d` is the last 24 hours. Default `all`. */
  readonly period?: PnlPeriod | undefined;
}

/** Profit and loss; amounts in USDT. */
export interface Pnl {
  readonly period: PnlPeriod | (string & {});
  /** The platform counts all time, ignoring the period and resets; the same applies to the next two fields. */
  readonly realizedPnl: Decimal;
  readonly unrealizedPnl: Decimal;
  readonly totalPnl: Decimal;
  /** Fees of trades in the period. */
  readonly feesPaid: Decimal;
  /**
   * The platform subtracts `feesPaid` from `totalPnl`, although `totalPnl` already includes fees. On the embedded
   * exchange it equals `totalPnl`, except in `observed` mode.
   */
  readonly netPnl: Decimal;
  /** Number of sells with a profit in the period. */
  readonly winningTrades: number;
  /** Number of sells with a loss in the period. */
  readonly losingTrades: number;
  /** Percentage of sells that made a profit. */
  readonly winRate: Decimal;
}

export const pnlRecord: Codec<Pnl> = record<Pnl>({
  period: text,
  realizedPnl: decimal,
  unrealizedPnl: decimal,
  totalPnl: decimal,
  feesPaid: decimal,
  netPnl: decimal,
  winningTrades: integer,
  losingTrades: integer,
  winRate: decimal,
});

export const getPnl: Endpoint<GetPnlOptions, Pnl> = endpoint({
  name: "getPnl",
  method: "GET",
  path: "/account/pnl",
  input: input({ period: optional(oneOf(["1d", "7d", "30d", "all"])) }),
  output: pnlRecord,
  access: "account",
  tier: "general",
});

import { decimal, integer, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional } from "../inputs/index.ts";

export type PnlPeriod = "1d" | "7d" | "30d" | "all";

export interface GetPnlOptions {
  /** Up to now; `1d` is the last 24 hours. Default `all`. */
  readonly period?: PnlPeriod | undefined;
}

/** Profit and loss; amounts in USDT. */
export interface Pnl {
  readonly period: PnlPeriod | (string & {});
  /** On the platform of all time, whatever the period and whatever was reset, as are the next two. */
  readonly realizedPnl: Decimal;
  readonly unrealizedPnl: Decimal;
  readonly totalPnl: Decimal;
  /** Fees of the trades in the period. */
  readonly feesPaid: Decimal;
  /**
   * On the platform `totalPnl` minus `feesPaid`, although `totalPnl` already is after fees; on the embedded exchange
   * `totalPnl`, unless observed.
   */
  readonly netPnl: Decimal;
  /** Sales with a gain in the period. */
  readonly winningTrades: number;
  /** Sales with a loss in the period. */
  readonly losingTrades: number;
  /** Share of sales with a gain, in percent. */
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

import { decimal, instant, integer, list, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, optional, unsupported, side, symbol, wholeNumber } from "../inputs/index.ts";
import { sideCodec, type Side } from "./order.ts";

/** One trade of the account: an executed order. */
export interface Trade {
  readonly tradeId: string;
  readonly orderId: string;
  readonly symbol: string;
  readonly side: Side;
  /** In the base asset. */
  readonly quantity: Decimal;
  /** In the quote asset (USDT), slippage included. */
  readonly price: Decimal;
  /** In the quote asset. */
  readonly fee: Decimal;
  /** Quantity times price, in the quote asset, without the fee. */
  readonly total: Decimal;
  readonly executedAt: Date;
}

export interface GetTradeHistoryOptions {
  /** Only trades in this pair. */
  readonly symbol?: string | undefined;
  readonly side?: Side | undefined;
  /** 1 to 500; default 50. */
  readonly limit?: number | undefined;
  /** How many of the newest to pass over; default 0. */
  readonly offset?: number | undefined;
}

/** A page of trades. */
export interface TradeHistory {
  /** Newest first. */
  readonly trades: readonly Trade[];
  /** Number of all trades that match, not of those on this page. */
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
}

export const tradeRecord: Codec<Trade> = record<Trade>({
  tradeId: text,
  orderId: text,
  symbol: text,
  side: sideCodec,
  quantity: decimal,
  price: decimal,
  fee: decimal,
  total: decimal,
  executedAt: instant,
});

const noTimes = "is ignored by the platform; page through the history, newest first, and stop at the time you want";

export const tradeHistoryRecord: Codec<TradeHistory> = record<TradeHistory>({
  trades: list(tradeRecord),
  total: integer,
  limit: integer,
  offset: integer,
});

export const getTradeHistory: Endpoint<GetTradeHistoryOptions, readonly Trade[], TradeHistory> = endpoint({
  name: "getTradeHistory",
  method: "GET",
  path: "/trade/history",
  input: input({
    symbol: optional(symbol),
    side: optional(side),
    limit: optional(wholeNumber(1, 500)),
    offset: optional(wholeNumber(0)),
    startTime: unsupported(noTimes),
    endTime: unsupported(noTimes),
  }),
  output: tradeHistoryRecord,
  list: ({ trades }) => trades,
  access: "account",
  tier: "orders",
  evidence: ({ trades }) => ({ orderIds: trades.map(({ orderId }) => orderId) }),
});

import { decimal, instant, integer, list, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, optional, unsupported, side, symbol, wholeNumber } from "../inputs/index.ts";
import { sideCodec, type Side } from "./order.ts";

/** One of your trades: an executed order. */
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

/** Options of `getTradeHistory`. */
export interface GetTradeHistoryOptions {
  /** Only trades in this symbol. */
  readonly symbol?: string | undefined;
  readonly side?: Side | undefined;
  /** 1 to 500; default 50. */
  readonly limit?: number | undefined;
  /** Number of newest trades to skip; default 0. */
  readonly offset?: number | undefined;
}

/** Response body of `getTradeHistory`. */
export interface TradeHistory {
  /** Newest first. */
  readonly trades: readonly Trade[];
  /** Number of matching trades on all pages. */
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

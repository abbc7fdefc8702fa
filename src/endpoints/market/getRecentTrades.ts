import { decimal, flag, instant, integer, list, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, optional, symbol, wholeNumber } from "../inputs/index.ts";

/** One public trade. */
export interface PublicTrade {
  readonly tradeId: number;
  /** In the quote asset (USDT). */
  readonly price: Decimal;
  /** In the base asset. */
  readonly quantity: Decimal;
  readonly time: Date;
  /** Whether the buyer was the maker: true if a sell order executed against a resting buy order. */
  readonly isBuyerMaker: boolean;
}

/** Options of `getRecentTrades`. */
export interface GetRecentTradesOptions {
  /** Maximum number of trades, 1 to 500; the newest are returned. Default 100. */
  readonly limit?: number | undefined;
}

/** Response body of `getRecentTrades`. */
export interface RecentTrades {
  readonly symbol: string;
  /** Newest first. */
  readonly trades: readonly PublicTrade[];
}

export const publicTradeRecord: Codec<PublicTrade> = record<PublicTrade>({
  tradeId: integer,
  price: decimal,
  quantity: decimal,
  time: instant,
  isBuyerMaker: flag,
});

export const recentTradesRecord: Codec<RecentTrades> = record<RecentTrades>({
  symbol: text,
  trades: list(publicTradeRecord),
});

export const getRecentTrades: Endpoint<
  GetRecentTradesOptions & { symbol: string },
  readonly PublicTrade[],
  RecentTrades
> = endpoint({
  name: "getRecentTrades",
  method: "GET",
  path: "/market/trades/{symbol}",
  input: input({ symbol, limit: optional(wholeNumber(1, 500)) }),
  output: recentTradesRecord,
  list: ({ trades }) => trades,
  access: "public",
  tier: "market",
});

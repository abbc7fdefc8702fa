import { decimal, instant, list, pair, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional, symbol } from "../inputs/index.ts";

/** One price level of an order book. */
export interface BookLevel {
  /** In the quote asset (USDT). */
  readonly price: Decimal;
  /** Total quantity at this price, in the base asset. */
  readonly quantity: Decimal;
}

/** Options of `getOrderbook`. */
export interface GetOrderbookOptions {
  /** Number of levels on each side; default 10. */
  readonly depth?: 5 | 10 | 20 | undefined;
}

/** The order book of one symbol. The platform generates it around the last price. */
export interface Orderbook {
  readonly symbol: string;
  /** Buy orders, highest price first. */
  readonly bids: readonly BookLevel[];
  /** Sell orders, lowest price first. */
  readonly asks: readonly BookLevel[];
  /** Time of the last trade. */
  readonly timestamp: Date;
}

const level: Codec<BookLevel> = pair<Decimal, Decimal, BookLevel>(["price", decimal], ["quantity", decimal]);

export const orderbookRecord: Codec<Orderbook> = record<Orderbook>({
  symbol: text,
  bids: list(level),
  asks: list(level),
  timestamp: instant,
});

export const getOrderbook: Endpoint<GetOrderbookOptions & { symbol: string }, Orderbook> = endpoint({
  name: "getOrderbook",
  method: "GET",
  path: "/market/orderbook/{symbol}",
  input: input({ symbol, depth: optional(oneOf([5, 10, 20])) }),
  output: orderbookRecord,
  access: "public",
  tier: "market",
});

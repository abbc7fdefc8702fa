import { decimal, from, instant, nullable, record, text, textOf, type Codec, type Decimal } from "../../wire/index.ts";

export type Side = "buy" | "sell";

/** Open: the platform may add kinds. */
export type OrderType = "market" | "limit" | "stop_loss" | "take_profit" | (string & {});

/** Open: the platform declares more statuses than it uses. */
export type OrderStatus =
  | "pending"
  | "filled"
  | "cancelled"
  | "expired"
  | "partially_filled"
  | "rejected"
  | (string & {});

/** An order as the platform keeps it. */
export interface Order {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  /** In the base asset. */
  readonly quantity: Decimal;
  /** Limit or trigger price in the quote asset; null for market orders. */
  readonly price: Decimal | null;
  /** Price it was filled at, slippage included; null until filled. */
  readonly executedPrice: Decimal | null;
  /** Filled quantity in the base asset; null until filled. */
  readonly executedQuantity: Decimal | null;
  /** Slippage against the last price, in percent; null until filled. */
  readonly slippagePct: Decimal | null;
  /** In the quote asset; null until filled. */
  readonly fee: Decimal | null;
  readonly createdAt: Date;
  /** Null until filled. */
  readonly filledAt: Date | null;
}

export const orderRecord: Codec<Order> = record<Order>({
  orderId: text,
  status: text,
  symbol: text,
  side: textOf<Side>(),
  type: text,
  quantity: decimal,
  price: nullable(decimal),
  executedPrice: nullable(decimal),
  executedQuantity: from("executed_qty", nullable(decimal)),
  slippagePct: nullable(decimal),
  fee: nullable(decimal),
  createdAt: instant,
  filledAt: nullable(instant),
});

/** The answer to a placed order. What does not apply is null. */
export interface PlacedOrder {
  readonly orderId: string;
  /** `filled` for market orders, `pending` for all others. */
  readonly status: OrderStatus;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  /** Market orders: the quantity asked for, in the base asset. */
  readonly requestedQuantity: Decimal | null;
  /** Market orders: the quantity filled, always all of it. */
  readonly executedQuantity: Decimal | null;
  /** Market orders: price in the quote asset, slippage included. */
  readonly executedPrice: Decimal | null;
  /** Market orders: slippage against the last price, in percent. */
  readonly slippagePct: Decimal | null;
  /** Market orders: in the quote asset. */
  readonly fee: Decimal | null;
  /** Market orders: what a buy costs or a sell brings, fee included, in the quote asset. */
  readonly totalCost: Decimal | null;
  readonly filledAt: Date | null;
  /** Pending orders: the quantity, in the base asset. */
  readonly quantity: Decimal | null;
  /** Pending orders: limit or trigger price, in the quote asset. */
  readonly price: Decimal | null;
  /** Pending orders: what is set aside, in the quote asset for a buy and in the base asset for a sell. */
  readonly lockedAmount: Decimal | null;
  readonly createdAt: Date | null;
}

export const placedOrderRecord: Codec<PlacedOrder> = record<PlacedOrder>({
  orderId: text,
  status: text,
  symbol: text,
  side: textOf<Side>(),
  type: text,
  requestedQuantity: nullable(decimal),
  executedQuantity: nullable(decimal),
  executedPrice: nullable(decimal),
  slippagePct: nullable(decimal),
  fee: nullable(decimal),
  totalCost: nullable(decimal),
  filledAt: nullable(instant),
  quantity: nullable(decimal),
  price: nullable(decimal),
  lockedAmount: nullable(decimal),
  createdAt: nullable(instant),
});

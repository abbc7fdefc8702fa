import {
  DecodeError,
  decimal,
  from,
  instant,
  nullable,
  oneOf,
  record,
  text,
  type Codec,
  type Decimal,
} from "../../wire/index.ts";

import { triggerHint } from "./triggerHint.ts";

export type Side = "buy" | "sell";

export type OrderType = "market" | "limit" | "stop_loss" | "take_profit";

export const sideCodec: Codec<Side> = oneOf("buy", "sell");

export const orderTypeCodec: Codec<OrderType> = oneOf("market", "limit", "stop_loss", "take_profit");

/** Open: the platform declares more statuses than it uses. */
export type OrderStatus =
  | "pending"
  | "filled"
  | "cancelled"
  | "expired"
  | "partially_filled"
  | "rejected"
  | (string & {});

/** Fields of every order. */
export interface OrderBase {
  readonly orderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  /** In the base asset. */
  readonly quantity: Decimal;
  /** Limit or trigger price in the quote asset; null for market orders. */
  readonly price: Decimal | null;
  readonly createdAt: Date;
}

/** An order that was filled. */
export interface ExecutedOrder extends OrderBase {
  readonly status: "filled";
  /** Price it was filled at, slippage included, in the quote asset. */
  readonly executedPrice: Decimal;
  /** Filled quantity in the base asset. */
  readonly executedQuantity: Decimal;
  /** Slippage against the last price, in percent. */
  readonly slippagePct: Decimal;
  /** In the quote asset. */
  readonly fee: Decimal;
  readonly filledAt: Date;
}

/** An order that is not filled, or not completely. */
export interface UnexecutedOrder extends OrderBase {
  /** The platform may add others. */
  readonly status: "pending" | "cancelled" | "expired" | "partially_filled" | "rejected";
  /** Null unless partially filled. */
  readonly executedPrice: Decimal | null;
  /** Null unless partially filled. */
  readonly executedQuantity: Decimal | null;
  /** Null unless partially filled. */
  readonly slippagePct: Decimal | null;
  /** Null unless partially filled. */
  readonly fee: Decimal | null;
  /** Null unless partially filled. */
  readonly filledAt: Date | null;
}

/** An order as the platform keeps it; `status` tells which fields are set. */
export type Order = ExecutedOrder | UnexecutedOrder;

type Flat<T> = { readonly [Key in keyof T]: T[Key] };

/** An order without the promise of what is set. */
export type OrderFields = Flat<OrderBase & { status: OrderStatus } & Omit<UnexecutedOrder, keyof OrderBase | "status">>;

export const orderRecord: Codec<OrderFields> = record<OrderFields>({
  orderId: text,
  status: text,
  symbol: text,
  side: sideCodec,
  type: orderTypeCodec,
  quantity: decimal,
  price: nullable(decimal),
  executedPrice: nullable(decimal),
  executedQuantity: from("executed_qty", nullable(decimal)),
  slippagePct: nullable(decimal),
  fee: nullable(decimal),
  createdAt: instant,
  filledAt: nullable(instant),
});

/** {@link orderRecord}, read with the platform's promise that a filled order says how. */
export const order: Codec<Order> = {
  decode: (json) => orderRecord.decode(json) as Order,
  encode: (value) => orderRecord.encode(value),
};

/** A decode error that names the first of these fields that is null. */
function demand(fields: object, names: Readonly<Record<string, string>>): void {
  for (const [name, wireName] of Object.entries(names)) {
    const value = (fields as Readonly<Record<string, unknown>>)[name];
    if (value === null) throw new DecodeError("a value", value).within(wireName);
  }
}

/** The answer to a market order, which is filled at once. */
export interface FilledOrder {
  readonly orderId: string;
  readonly status: "filled";
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  /** The quantity asked for, in the base asset. */
  readonly requestedQuantity: Decimal;
  /** The quantity filled, always all of it, in the base asset. */
  readonly executedQuantity: Decimal;
  /** Price in the quote asset, slippage included. */
  readonly executedPrice: Decimal;
  /** Slippage against the last price, in percent. */
  readonly slippagePct: Decimal;
  /** In the quote asset. */
  readonly fee: Decimal;
  /** What a buy costs or a sell brings, fee included, in the quote asset. */
  readonly totalCost: Decimal;
  readonly filledAt: Date;
  /** Said of pending orders only. */
  readonly quantity: null;
  /** Said of pending orders only. */
  readonly price: null;
  /** Said of pending orders only. */
  readonly lockedAmount: null;
  /** Said of pending orders only. */
  readonly createdAt: null;
}

/** The answer to a limit, stop-loss or take-profit order, which waits for its price. */
export interface PendingOrder {
  readonly orderId: string;
  readonly status: "pending";
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  /** Said of market orders only. */
  readonly requestedQuantity: null;
  /** Said of market orders only. */
  readonly executedQuantity: null;
  /** Said of market orders only. */
  readonly executedPrice: null;
  /** Said of market orders only. */
  readonly slippagePct: null;
  /** Said of market orders only. */
  readonly fee: null;
  /** Said of market orders only. */
  readonly totalCost: null;
  /** Said of market orders only. */
  readonly filledAt: null;
  /** In the base asset. */
  readonly quantity: Decimal;
  /** Limit or trigger price, in the quote asset. */
  readonly price: Decimal;
  /** What is set aside: in the quote asset for a buy, in the base asset for a sell. */
  readonly lockedAmount: Decimal;
  readonly createdAt: Date;
  /**
   * Set by the client for stop-loss and take-profit buys, null otherwise: the platform's trigger rule ignores the side, so
   * these orders may fill immediately.
   */
  readonly hint: string | null;
}

/** The answer to a placed order. `status` tells which kind it is. */
export type PlacedOrder = FilledOrder | PendingOrder;

/** The answer to a placed order without the promise of what is set. */
export type PlacedOrderFields = { readonly status: OrderStatus } & {
  readonly [Key in keyof Omit<FilledOrder, "status">]: FilledOrder[Key] | PendingOrder[Key];
};

export const placedOrderRecord: Codec<PlacedOrderFields> = record<PlacedOrderFields>({
  orderId: text,
  status: text,
  symbol: text,
  side: sideCodec,
  type: orderTypeCodec,
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

/** The answer to a market order. */
export const filledOrder: Codec<FilledOrder> = placed({
  requestedQuantity: "requested_quantity",
  executedQuantity: "executed_quantity",
  executedPrice: "executed_price",
  slippagePct: "slippage_pct",
  fee: "fee",
  totalCost: "total_cost",
  filledAt: "filled_at",
});

/** The answer to an order that waits for its price. */
export const pendingOrder: Codec<PendingOrder> = hinted(
  placed({ quantity: "quantity", price: "price", lockedAmount: "locked_amount", createdAt: "created_at" }),
);

// @__NO_SIDE_EFFECTS__
function hinted(codec: Codec<Omit<PendingOrder, "hint">>): Codec<PendingOrder> {
  return {
    decode(json) {
      const pending = codec.decode(json);
      return { ...pending, hint: triggerHint(pending) };
    },
    encode: (value) => codec.encode(value),
  };
}

// @__NO_SIDE_EFFECTS__
function placed<T extends FilledOrder | Omit<PendingOrder, "hint">>(
  always: Readonly<Record<string, string>>,
): Codec<T> {
  return {
    decode(json) {
      const fields = placedOrderRecord.decode(json);
      demand(fields, always);
      return fields as T;
    },
    encode: (value) => placedOrderRecord.encode(value),
  };
}

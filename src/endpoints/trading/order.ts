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

/** The side of an order. */
export type Side = "buy" | "sell";

/** The type of an order. */
export type OrderType = "market" | "limit" | "stop_loss" | "take_profit";

export const sideCodec: Codec<Side> = oneOf("buy", "sell");

export const orderTypeCodec: Codec<OrderType> = oneOf("market", "limit", "stop_loss", "take_profit");

/** Open: the platform may add statuses. Some of these it declares but never sends. */
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

/** A filled order. */
export interface ExecutedOrder extends OrderBase {
  readonly status: "filled";
  /** Fill price in the quote asset, slippage included. */
  readonly executedPrice: Decimal;
  /** Filled quantity in the base asset. */
  readonly executedQuantity: Decimal;
  /** Slippage against the last price, in percent. */
  readonly slippagePct: Decimal;
  /** In the quote asset. */
  readonly fee: Decimal;
  readonly filledAt: Date;
}

/** An order that is not filled, or only partially. */
export interface UnexecutedOrder extends OrderBase {
  /** The platform may add statuses; unknown ones are passed through. */
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

/** An order as the platform stores it. `status` tells which fields are set. */
export type Order = ExecutedOrder | UnexecutedOrder;

type Flat<T> = { readonly [Key in keyof T]: T[Key] };

/** The fields of an order as encoded: any combination may be null. */
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

/** {@link orderRecord} for decoding: the platform guarantees that a filled order has its fill. */
export const order: Codec<Order> = {
  shape: orderRecord,
  decode: (json) => orderRecord.decode(json) as Order,
  encode: (value) => orderRecord.encode(value),
};

/** @throws DecodeError that names the first of these fields that is null */
function assertPresent<T extends object>(fields: T, wireNames: WireNames<T>): void {
  for (const name in wireNames) {
    if (fields[name] === null) throw new DecodeError("a value", null).within(wireNames[name] ?? name);
  }
}

type WireNames<T> = { readonly [Name in keyof T]?: string };

/** A market order, which is filled immediately. */
export interface FilledOrder {
  readonly orderId: string;
  readonly status: "filled";
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  /** The requested quantity, in the base asset. */
  readonly requestedQuantity: Decimal;
  /** The filled quantity, always the requested one, in the base asset. */
  readonly executedQuantity: Decimal;
  /** Price in the quote asset, slippage included. */
  readonly executedPrice: Decimal;
  /** Slippage against the last price, in percent. */
  readonly slippagePct: Decimal;
  /** In the quote asset. */
  readonly fee: Decimal;
  /** Cost of a buy or proceeds of a sell, fee included, in the quote asset. */
  readonly totalCost: Decimal;
  readonly filledAt: Date;
  /** Set for pending orders only. */
  readonly quantity: null;
  /** Set for pending orders only. */
  readonly price: null;
  /** Set for pending orders only. */
  readonly lockedAmount: null;
  /** Set for pending orders only. */
  readonly createdAt: null;
}

/** A limit, stop-loss or take-profit order, which waits for its price. */
export interface PendingOrder {
  readonly orderId: string;
  readonly status: "pending";
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  /** Set for market orders only. */
  readonly requestedQuantity: null;
  /** Set for market orders only. */
  readonly executedQuantity: null;
  /** Set for market orders only. */
  readonly executedPrice: null;
  /** Set for market orders only. */
  readonly slippagePct: null;
  /** Set for market orders only. */
  readonly fee: null;
  /** Set for market orders only. */
  readonly totalCost: null;
  /** Set for market orders only. */
  readonly filledAt: null;
  /** In the base asset. */
  readonly quantity: Decimal;
  /** Limit or trigger price, in the quote asset. */
  readonly price: Decimal;
  /** Locked for this order: in the quote asset for a buy, in the base asset for a sell. */
  readonly lockedAmount: Decimal;
  readonly createdAt: Date;
  /**
   * Set by the client for stop-loss and take-profit buys, null otherwise: the platform's trigger rule ignores the side, so
   * these orders may fill immediately.
   */
  readonly hint: string | null;
}

/** A placed order. `status` tells which kind it is. */
export type PlacedOrder = FilledOrder | PendingOrder;

/** The fields of a placed order as encoded: any combination may be null. */
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

/** Decodes the response to a market order. */
export const filledOrder: Codec<FilledOrder> = placedCodec({
  requestedQuantity: "requested_quantity",
  executedQuantity: "executed_quantity",
  executedPrice: "executed_price",
  slippagePct: "slippage_pct",
  fee: "fee",
  totalCost: "total_cost",
  filledAt: "filled_at",
});

const hintRecord: Codec<Pick<PendingOrder, "hint">> = record<Pick<PendingOrder, "hint">>({ hint: nullable(text) });

/** Decodes the response to an order that waits for its price. */
export const pendingOrder: Codec<PendingOrder> = withHint(
  placedCodec({ quantity: "quantity", price: "price", lockedAmount: "locked_amount", createdAt: "created_at" }),
);

// @__NO_SIDE_EFFECTS__
function withHint(codec: Codec<Omit<PendingOrder, "hint">>): Codec<PendingOrder> {
  return {
    shape: { all: [codec, hintRecord] },
    decode(json) {
      const pending = codec.decode(json);
      return { ...pending, hint: triggerHint(pending) };
    },
    encode: (value) => codec.encode(value),
  };
}

// @__NO_SIDE_EFFECTS__
function placedCodec<T extends FilledOrder | Omit<PendingOrder, "hint">>(
  required: WireNames<PlacedOrderFields>,
): Codec<T> {
  return {
    shape: placedOrderRecord,
    decode(json) {
      const fields = placedOrderRecord.decode(json);
      assertPresent(fields, required);
      return fields as T;
    },
    encode: (value) => placedOrderRecord.encode(value),
  };
}

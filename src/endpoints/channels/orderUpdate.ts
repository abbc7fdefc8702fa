import { absent, decimal, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { orderTypeCodec, sideCodec, type OrderStatus, type OrderType, type Side } from "../trading/order.ts";
import { message, streamInstant, type UpdateSource } from "./message.ts";

/** A new state of one of your orders. Fields that are not known yet are null. */
export interface OrderUpdate {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  /** In the base asset. */
  readonly quantity: Decimal;
  /** Limit or trigger price in the quote asset; null for market orders. */
  readonly price: Decimal | null;
  /** Fill price in the quote asset, slippage included. */
  readonly executedPrice: Decimal | null;
  /** Filled quantity in the base asset. */
  readonly executedQuantity: Decimal | null;
  /** In the quote asset. */
  readonly fee: Decimal | null;
  readonly filledAt: Date | null;
  readonly cancelledAt: Date | null;
  /** Why the order was rejected. */
  readonly rejectedReason: string | null;
  readonly source: UpdateSource;
}

/** A message of the channel `orders`. */
export const orderMessage: Codec<OrderUpdate> = message(
  "orders",
  record<object>({}),
  record<Omit<OrderUpdate, "source">>({
    orderId: text,
    status: text,
    symbol: text,
    side: sideCodec,
    type: orderTypeCodec,
    quantity: decimal,
    price: absent(decimal, null),
    executedPrice: absent(decimal, null),
    executedQuantity: absent(decimal, null),
    fee: absent(decimal, null),
    filledAt: absent(streamInstant, null),
    cancelledAt: absent(streamInstant, null),
    rejectedReason: absent(text, null),
  }),
);

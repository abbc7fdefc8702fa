import { decimal, instant, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import type { OrderStatus } from "./order.ts";

/** A cancelled order. */
export interface CancelledOrder {
  readonly orderId: string;
  readonly status: OrderStatus;
  /** The amount released: in the quote asset for a buy, in the base asset for a sell. */
  readonly unlockedAmount: Decimal;
  readonly cancelledAt: Date;
}

export const cancelledOrderRecord: Codec<CancelledOrder> = record<CancelledOrder>({
  orderId: text,
  status: text,
  unlockedAmount: decimal,
  cancelledAt: instant,
});

export const cancelOrder: Endpoint<{ orderId: string }, CancelledOrder> = endpoint({
  name: "cancelOrder",
  method: "DELETE",
  path: "/trade/order/{orderId}",
  input: input({ orderId: uuid }),
  output: cancelledOrderRecord,
  access: "account",
  tier: "orders",
  effect: "cancel",
  evidence: ({ orderId, cancelledAt }) => ({ serverTime: cancelledAt, orderIds: [orderId] }),
});

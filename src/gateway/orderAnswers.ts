import { placedOrderRecord, type Order } from "../endpoints/index.ts";
import { canonicalJson } from "../tools/journal/canonicalJson.ts";
import type { UpstreamAnswer } from "./cache.ts";
import { errorBody } from "./rejection.ts";
import type { KeyedOrder, OrderAnswer } from "./types.ts";

/** The platform's fee, as a share of an order's value. */
const FEE_RATE = "0.001";

/** The order as text. The notation of a number is part of it, the order of the fields is not. */
export function textOf({ operation, input, agentId }: KeyedOrder): string {
  return canonicalJson({ operation, input, agentId });
}

/** An answer that is not about the order itself: the key stays unused, or its outcome unknown. */
export function problem(status: number, code: string, message: string, retryAfter: number | null = null): OrderAnswer {
  return { status, body: errorBody(code, message), retryAfter, isFinal: false, isReplayed: false };
}

/** The final answer to an order that did not reach the platform. A status that clients read as "not executed". */
export const notExecuted: UpstreamAnswer = {
  status: 409,
  body: errorBody(
    "ORDER_NOT_EXECUTED",
    "The order was sent once, and the platform has not received it. Use a new Idempotency-Key to try again.",
  ),
  headers: {},
};

/** The response that was lost, made from the order that it was about. */
export function describeFound(order: Order): string {
  const { orderId, symbol, side, type, quantity, price, createdAt } = order;
  const head = { orderId, symbol, side, type };
  if (type === "market" && order.status === "filled") {
    const { executedPrice, executedQuantity, slippagePct, fee, filledAt } = order;
    const value = executedPrice.times(executedQuantity);
    return encode({
      ...head,
      status: "filled",
      requestedQuantity: quantity,
      executedQuantity,
      executedPrice,
      slippagePct,
      fee,
      totalCost: side === "buy" ? value.plus(fee) : value.minus(fee),
      filledAt,
      quantity: null,
      price: null,
      lockedAmount: null,
      createdAt: null,
    });
  }
  // The response told of the order as it was accepted, whatever has become of it since.
  const value = quantity.times(price ?? 0);
  return encode({
    ...head,
    status: "pending",
    requestedQuantity: null,
    executedQuantity: null,
    executedPrice: null,
    slippagePct: null,
    fee: null,
    totalCost: null,
    filledAt: null,
    quantity,
    price,
    lockedAmount: side === "buy" ? value.plus(value.times(FEE_RATE)) : quantity,
    createdAt,
  });
}

function encode(order: Parameters<typeof placedOrderRecord.encode>[0]): string {
  return JSON.stringify(placedOrderRecord.encode(order));
}

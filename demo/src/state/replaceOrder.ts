// Moves a pending limit order: cancels it, makes sure of that, and only then places another one.
import { Decimal, OrderOutcomeUnknownError, type Order, type PendingOrder } from "agentexchange";
import { cancelOrder, getOrder, placeLimitOrder, type Client } from "agentexchange/core";

/** The result of a move. In every case at most one of the two orders is live. */
export type Replacement =
  | { readonly kind: "replaced"; readonly placed: PendingOrder }
  /** The old order still waits at its price. */
  | { readonly kind: "open"; readonly error: unknown }
  /** Meanwhile the old order was filled, wholly or in part; what was left of it is cancelled. Nothing was placed. */
  | { readonly kind: "filled"; readonly order: Order }
  /** The old order ended in another way. Nothing was placed. */
  | { readonly kind: "ended"; readonly order: Order }
  /** It is unknown whether the old order still waits. Nothing was placed. */
  | { readonly kind: "unknown"; readonly error: unknown }
  /** The old order is cancelled, and the new one was not placed. */
  | { readonly kind: "refused"; readonly error: unknown }
  /** The old order is cancelled; whether the new one was placed has to be found out. */
  | { readonly kind: "lost"; readonly error: OrderOutcomeUnknownError };

/** Replaces what is left of `order` by an order at `price`. */
export async function replaceOrder(client: Client, order: Order, price: Decimal): Promise<Replacement> {
  let failure: unknown;
  try {
    await client.send(cancelOrder, order.orderId);
  } catch (error) {
    // Perhaps it was executed all the same. The order itself tells.
    failure = error;
  }
  let old: Order;
  try {
    old = await client.send(getOrder, order.orderId);
  } catch (error) {
    return { kind: "unknown", error: failure ?? error };
  }
  if (isWaiting(old)) {
    // A cancellation that was confirmed is not undone: then this answer is the wrong one, and nothing is certain.
    return failure === undefined
      ? { kind: "unknown", error: new Error("The exchange confirmed the cancellation, but still lists the order.") }
      : { kind: "open", error: failure };
  }
  if (filledOf(old).gt(filledOf(order)) || old.status === "filled") return { kind: "filled", order: old };
  if (old.status !== "cancelled") return { kind: "ended", order: old };
  const { symbol, side } = order;
  try {
    const placed = await client.send(placeLimitOrder, {
      symbol,
      side,
      quantity: order.quantity.minus(filledOf(order)),
      price,
    });
    return { kind: "replaced", placed };
  } catch (error) {
    return error instanceof OrderOutcomeUnknownError ? { kind: "lost", error } : { kind: "refused", error };
  }
}

const isWaiting = ({ status }: Order): boolean => status === "pending" || status === "partially_filled";

/** What has been filled of an order. */
export const filledOf = ({ executedQuantity }: Order): Decimal => executedQuantity ?? new Decimal(0);

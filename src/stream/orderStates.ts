import type { OrderUpdate } from "../endpoints/index.ts";

/** How many orders that are over are remembered. */
const REMEMBERED = 10_000;

/** How far an order has come. An order never goes back. */
const RANK: Readonly<Record<string, number>> = { pending: 0, partially_filled: 1 };
const OVER = 2;

/** What was given of each order, so that nothing is given twice, too late, or without what comes before it. */
export interface OrderStates {
  /** What is to be given for an update: nothing, itself, or the order's beginning, too. */
  accept(update: OrderUpdate): readonly OrderUpdate[];
  knows(orderId: string): boolean;
  /** The last updates of orders that are not over. */
  pending(): Iterable<OrderUpdate>;
  forget(orderId: string): void;
}

export function orderStates(remembered: number = REMEMBERED): OrderStates {
  const open = new Map<string, OrderUpdate>();
  const over = new Set<string>();

  return {
    accept(update) {
      const { orderId, status } = update;
      if (over.has(orderId)) return [];
      const last = open.get(orderId);
      const rank = RANK[status] ?? OVER;
      if (last !== undefined && rank <= (RANK[last.status] ?? OVER) && status !== "partially_filled") return [];
      if (last !== undefined && status === "partially_filled" && !isFurther(last, update)) return [];
      if (rank === OVER) {
        open.delete(orderId);
        over.add(orderId);
        if (over.size > remembered) over.delete(over.values().next().value as string);
      } else open.set(orderId, update);
      return last === undefined && rank > 0 && update.type !== "market" ? [beginning(update), update] : [update];
    },
    knows: (orderId) => open.has(orderId) || over.has(orderId),
    pending: () => [...open.values()],
    forget: (orderId) => void open.delete(orderId),
  };
}

/** Whether more of an order was filled. */
function isFurther(last: OrderUpdate, update: OrderUpdate): boolean {
  if (last.status !== update.status) return true;
  return (
    update.executedQuantity !== null &&
    (last.executedQuantity === null || update.executedQuantity.gt(last.executedQuantity))
  );
}

/** The update that an order which is not for the market begins with. */
function beginning(update: OrderUpdate): OrderUpdate {
  return {
    ...update,
    status: "pending",
    executedPrice: null,
    executedQuantity: null,
    fee: null,
    filledAt: null,
    cancelledAt: null,
    rejectedReason: null,
  };
}

import type { OrderUpdate } from "../endpoints/index.ts";

/** Completed orders that are remembered. */
const MAX_COMPLETED = 10_000;

/** An order's progress. It never decreases. */
const RANKS: Readonly<Record<string, number>> = { pending: 0, partially_filled: 1 };
const COMPLETED = 2;
const rankOf = ({ status }: OrderUpdate): number => RANKS[status] ?? COMPLETED;

/** The updates delivered for each order, so that no update is delivered twice, out of order, or without the first one. */
export interface OrderStates {
  /** The updates to deliver: none, this one, or the order's first update and this one. */
  accept(update: OrderUpdate): readonly OrderUpdate[];
  knows(orderId: string): boolean;
  /** The last updates of orders that are not completed. */
  pending(): readonly OrderUpdate[];
  forget(orderId: string): void;
}

export function createOrderStates(maxCompleted: number = MAX_COMPLETED): OrderStates {
  const pending = new Map<string, OrderUpdate>();
  /** Oldest first. */
  const completed = new Set<string>();

  function complete(orderId: string): void {
    pending.delete(orderId);
    completed.add(orderId);
    if (completed.size <= maxCompleted) return;
    for (const oldest of completed) {
      completed.delete(oldest);
      return;
    }
  }

  return {
    accept(update) {
      const { orderId, type } = update;
      const last = pending.get(orderId);
      if (completed.has(orderId) || (last !== undefined && !isProgress(last, update))) return [];
      const rank = rankOf(update);
      if (rank === COMPLETED) complete(orderId);
      else pending.set(orderId, update);
      return last === undefined && rank > 0 && type !== "market" ? [firstUpdate(update), update] : [update];
    },
    knows: (orderId) => pending.has(orderId) || completed.has(orderId),
    pending: () => [...pending.values()],
    forget: (orderId) => void pending.delete(orderId),
  };
}

/** Whether an update says more than the last one: a later status, or a larger filled quantity. */
function isProgress(last: OrderUpdate, update: OrderUpdate): boolean {
  const { status, executedQuantity } = update;
  if (status !== "partially_filled" || last.status !== status) return rankOf(update) > rankOf(last);
  return executedQuantity !== null && (last.executedQuantity === null || executedQuantity.gt(last.executedQuantity));
}

/** The update that an order starts with, unless it is a market order. */
function firstUpdate(update: OrderUpdate): OrderUpdate {
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

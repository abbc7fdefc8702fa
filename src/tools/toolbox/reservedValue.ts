import { Exact, type Decimal } from "../../wire/index.ts";
import type { OrderValue } from "../preview/estimateOrder.ts";
import type { PlannedOrder } from "../preview/plannedOrder.ts";

/** How much the price may rise between the quote and the execution of an order whose own price does not bound it. */
const MOVE = "1.005";

/** What an order takes of the limits until its cost is known: the worst case, and room for a move of the price. */
export function reservedValue({ order, worstCase }: Pick<OrderValue, "order" | "worstCase">): Decimal {
  return isBounded(order) ? worstCase : Exact.mul(worstCase, MOVE).toDecimalPlaces(8, Exact.ROUND_UP);
}

/** Whether an order's own price bounds what it costs. */
export function isBounded({ type }: PlannedOrder): boolean {
  return type === "limit" || type === "stop_loss";
}

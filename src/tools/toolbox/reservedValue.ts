import { Exact, type Decimal } from "../../wire/index.ts";
import type { OrderValue } from "../preview/estimateOrder.ts";

/** How much the price may rise between the quote and the execution of an order whose own price does not bound it. */
const MOVE = "1.005";

/** What an order takes of the limits until its cost is known: the worst case, and room for a move of the price. */
export function reservedValue({ order: { type }, worstCase }: Pick<OrderValue, "order" | "worstCase">): Decimal {
  const isBounded = type === "limit" || type === "stop_loss";
  return isBounded ? worstCase : Exact.mul(worstCase, MOVE).toDecimalPlaces(8, Exact.ROUND_UP);
}

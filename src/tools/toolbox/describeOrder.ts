import { Exact, type Decimal } from "../../wire/index.ts";
import type { PlannedOrder } from "../preview/plannedOrder.ts";

/** One sentence for the person who is asked. */
export function describeOrder({ symbol, side, type, quantity, price }: PlannedOrder, value: Decimal): string {
  const at = price === null ? "" : ` at ${price.toFixed()} USDT`;
  const kind = `${type.replace("_", "-")} order${at}`;
  const amount = value.toFixed(2, Exact.ROUND_UP);
  return `${side === "buy" ? "Buy" : "Sell"} ${quantity.toFixed()} ${symbol} (${kind}), worth up to ${amount} USDT, fee included.`;
}

import type { OrderEstimate } from "../../tools/preview/estimateOrder.ts";
import type { Layout } from "../context.ts";
import { problemLines, sentences } from "./lines.ts";
import { formatMoney, formatPrice, formatQuantity } from "./numbers.ts";
import { pairsTable, type Cell } from "./table.ts";

const EXECUTES = { now: "at once", soon: "within a second", later: "when the price gets there" } as const;

/** What an order would do. */
export function previewLines(estimate: OrderEstimate, layout: Layout): string[] {
  const { order, quote, fill, executes, distancePct, locks, after, problems, warnings } = estimate;
  const isBuy = order.side === "buy";
  const rows: (readonly [string, Cell])[] = [
    ["Order", [`${order.side} ${formatQuantity(order.quantity)} ${order.symbol}, ${order.type}`, "bold"]],
    ["Last price", `${formatPrice(quote.price)} USDT`],
    ["Executes", EXECUTES[executes]],
    ["At about", `${formatPrice(fill.price)} USDT, slippage ${fill.slippagePct.toFixed(4)}%`],
    ["Fee", `${formatPrice(fill.fee.toDecimalPlaces(4))} USDT`],
    [isBuy ? "Cost" : "Proceeds", [`${formatMoney(fill.total)} USDT`, isBuy ? "red" : "green"]],
    ["Cash left", `${formatMoney(after.cash.available)} USDT`],
    [
      "Position",
      `${formatQuantity(after.position.available)} available, ${formatQuantity(after.position.locked)} locked`,
    ],
  ];
  if (distancePct !== null && order.price !== null)
    rows.splice(2, 0, ["Its price", `${formatPrice(order.price)} USDT, ${distancePct.toFixed(2)}% from the last`]);
  if (locks !== null && executes === "later")
    rows.splice(-2, 0, ["Locks", `${formatQuantity(locks.amount)} ${locks.asset} until then`]);
  return [
    ...pairsTable(rows, layout),
    ...problemLines(
      problems.map(({ certain, message }) => `${certain ? "Would be rejected" : "May be rejected"}: ${message}`),
      layout,
    ),
    ...sentences(warnings, "yellow", layout),
  ];
}

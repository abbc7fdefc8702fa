import type { Order, PlacedOrder } from "../../endpoints/index.ts";
import type { Layout } from "../context.ts";
import { problemLines } from "./lines.ts";
import { formatMoney, formatPrice, formatQuantity, formatTime } from "./numbers.ts";
import type { Style } from "./paint.ts";
import { pairsTable, table, type Cell } from "./table.ts";

const STATUS_STYLES: Readonly<Record<string, Style>> = {
  filled: "green",
  pending: "yellow",
  rejected: "red",
  cancelled: "dim",
  expired: "dim",
};

/** The status of an order, with a colour. */
export function statusCell(status: string): Cell {
  return [status, STATUS_STYLES[status]];
}

/** `buy` and `sell`, with a colour. */
export function sideCell(side: string): Cell {
  return [side, side === "buy" ? "green" : "red"];
}

/** One order in lines of names and values. */
export function orderLines(order: PlacedOrder | Order, layout: Layout): string[] {
  const quantity = "requestedQuantity" in order ? (order.requestedQuantity ?? order.quantity) : order.quantity;
  const rows: (readonly [string, Cell])[] = [
    ["Order", order.orderId],
    ["Status", statusCell(order.status)],
    [
      "",
      [`${order.side} ${quantity === null ? "" : formatQuantity(quantity)} ${order.symbol}, ${order.type}`, undefined],
    ],
  ];
  if (order.price !== null) rows.push(["Price", `${formatPrice(order.price)} USDT`]);
  if (order.executedPrice !== null) rows.push(["Executed at", `${formatPrice(order.executedPrice)} USDT`]);
  if (order.slippagePct !== null) rows.push(["Slippage", `${order.slippagePct.toFixed(4)}%`]);
  if (order.fee !== null) rows.push(["Fee", `${formatPrice(order.fee)} USDT`]);
  if ("totalCost" in order && order.totalCost !== null)
    rows.push([order.side === "buy" ? "Cost" : "Proceeds", `${formatMoney(order.totalCost)} USDT`]);
  if (order.filledAt !== null) rows.push(["Filled at", `${formatTime(order.filledAt)} UTC`]);
  const hint = "hint" in order && typeof order.hint === "string" ? [order.hint] : [];
  return [...pairsTable(rows, layout), ...problemLines(hint, layout)];
}

/** Orders as a table. */
export function ordersTable(orders: readonly Order[], layout: Layout): string[] {
  return table(
    [
      { title: "CREATED, UTC", drop: 3, min: 19 },
      { title: "SYMBOL", min: 8 },
      { title: "SIDE", min: 4 },
      { title: "TYPE", drop: 2 },
      { title: "QUANTITY", align: "point" },
      { title: "PRICE", align: "point", drop: 1 },
      { title: "STATUS", min: 8 },
      { title: "ORDER", drop: 4, min: 36 },
    ],
    orders.map((order): readonly Cell[] => {
      const price = order.executedPrice ?? order.price;
      return [
        formatTime(order.createdAt),
        order.symbol,
        sideCell(order.side),
        order.type,
        formatQuantity(order.quantity),
        price === null ? "" : formatPrice(price),
        statusCell(order.status),
        order.orderId,
      ];
    }),
    layout,
  );
}

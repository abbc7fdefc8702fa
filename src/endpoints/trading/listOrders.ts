import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional, symbol, wholeNumber } from "../inputs/index.ts";
import { orderIdsOf, orderPage, type OrderPage } from "./getOpenOrders.ts";
import type { Order } from "./order.ts";

/** Options of `listOrders`. */
export interface ListOrdersOptions {
  /** Only orders with this status; default all. */
  readonly status?: "pending" | "filled" | "cancelled" | "expired" | "partially_filled" | "rejected" | undefined;
  /** Only orders for this symbol. */
  readonly symbol?: string | undefined;
  /** 1 to 500; default 100. */
  readonly limit?: number | undefined;
  /** Number of newest orders to skip; default 0. */
  readonly offset?: number | undefined;
}

export const listOrders: Endpoint<ListOrdersOptions, readonly Order[], OrderPage> = endpoint({
  name: "listOrders",
  method: "GET",
  path: "/trade/orders",
  input: input({
    status: optional(oneOf(["pending", "filled", "cancelled", "expired", "partially_filled", "rejected"])),
    symbol: optional(symbol),
    limit: optional(wholeNumber(1, 500)),
    offset: optional(wholeNumber(0)),
  }),
  output: orderPage,
  list: ({ orders }) => orders,
  access: "account",
  tier: "orders",
  evidence: orderIdsOf,
});

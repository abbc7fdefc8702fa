import { integer, list, record, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint, type Evidence } from "../endpoint.ts";
import { input, optional, wholeNumber } from "../inputs/index.ts";
import { order, orderRecord, type Order, type OrderFields } from "./order.ts";

/** A page of orders, newest first. */
export interface OrderPage {
  readonly orders: readonly Order[];
  /** On the platform the number of orders on this page, not of all. */
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
}

export interface GetOpenOrdersOptions {
  /** 1 to 200; default 100. */
  readonly limit?: number | undefined;
  /** How many of the newest to pass over; default 0. */
  readonly offset?: number | undefined;
}

const head = { total: integer, limit: integer, offset: integer };

/** A page without the promise of what is set in its orders. */
export type OrderFieldsPage = Omit<OrderPage, "orders"> & { readonly orders: readonly OrderFields[] };

export const orderPageRecord: Codec<OrderFieldsPage> = record<OrderFieldsPage>({ orders: list(orderRecord), ...head });

/** {@link orderPageRecord}, read with the promise that filled orders say how. */
export const orderPage: Codec<OrderPage> = record<OrderPage>({ orders: list(order), ...head });

export function orderIdsOf({ orders }: OrderPage): Evidence {
  return { orderIds: orders.map(({ orderId }) => orderId) };
}

export const getOpenOrders: Endpoint<GetOpenOrdersOptions, readonly Order[], OrderPage> = endpoint({
  name: "getOpenOrders",
  method: "GET",
  path: "/trade/orders/open",
  input: input({ limit: optional(wholeNumber(1, 200)), offset: optional(wholeNumber(0)) }),
  output: orderPage,
  list: ({ orders }) => orders,
  access: "account",
  tier: "orders",
  evidence: orderIdsOf,
});

import { integer, list, record, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint, type Evidence } from "../endpoint.ts";
import { input, optional, wholeNumber } from "../inputs/index.ts";
import { order, orderRecord, type Order, type OrderFields } from "./order.ts";

/** Response body of `getOpenOrders` and `listOrders`: orders, newest first. */
export interface OrderPage {
  readonly orders: readonly Order[];
  /** On the platform the number of orders on this page, not in total. */
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
}

/** Options of `getOpenOrders`. */
export interface GetOpenOrdersOptions {
  /** 1 to 200; default 100. */
  readonly limit?: number | undefined;
  /** Number of newest orders to skip; default 0. */
  readonly offset?: number | undefined;
}

const head = { total: integer, limit: integer, offset: integer };

/** A page of orders as encoded, where any field may be null. */
export type OrderFieldsPage = Omit<OrderPage, "orders"> & { readonly orders: readonly OrderFields[] };

export const orderPageRecord: Codec<OrderFieldsPage> = record<OrderFieldsPage>({ orders: list(orderRecord), ...head });

/** {@link orderPageRecord} for decoding, where a filled order has its fill. */
export const orderPage: Codec<OrderPage> = record<OrderPage>({ orders: list(order), ...head });

/** The IDs that a page of orders reveals. */
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

import { integer, list, record, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, optional, wholeNumber } from "../inputs.ts";
import { orderRecord, type Order } from "./order.ts";

/** A page of orders, newest first. */
export interface OrderPage {
  readonly orders: readonly Order[];
  /** On the platform the number of orders on this page, not of all. */
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
}

export interface OpenOrdersQuery {
  /** 1 to 200; default 100. */
  readonly limit?: number | undefined;
  /** How many of the newest to pass over; default 0. */
  readonly offset?: number | undefined;
}

export const orderPageRecord: Codec<OrderPage> = record<OrderPage>({
  orders: list(orderRecord),
  total: integer,
  limit: integer,
  offset: integer,
});

export const getOpenOrders: Endpoint<OpenOrdersQuery, OrderPage> = endpoint({
  name: "getOpenOrders",
  method: "GET",
  path: "/trade/orders/open",
  input: input({ limit: optional(wholeNumber(1, 200)), offset: optional(wholeNumber(0)) }),
  output: orderPageRecord,
  access: "account",
  tier: "orders",
});

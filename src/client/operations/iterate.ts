import type { Order, ListOrdersOptions, Trade, GetTradeHistoryOptions } from "../../endpoints/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import type { Client } from "../createClient.ts";
import { checkPageQuery, iteratePages, type PageOptions } from "../paging.ts";
import { getTradeHistory, listOrders } from "./trading.ts";

/** Filters of an iterator over orders. */
export type IterateOrdersOptions = Omit<ListOrdersOptions, "limit" | "offset"> & PageOptions;

/** Filters of an iterator over trades. */
export type IterateTradeHistoryOptions = Omit<GetTradeHistoryOptions, "limit" | "offset"> & PageOptions;

/** The operation of `client.iterateOrders()`. */
export function iterateOrders(
  client: Client,
  query: IterateOrdersOptions = {},
  options?: CallOptions,
): AsyncGenerator<Order, void, undefined> {
  const { pageSize = 100, ...filter } = query;
  return iteratePages(pageSize, {
    idOf: (order) => order.orderId,
    timeOf: (order) => order.createdAt,
    fetchPage: (limit, offset) => {
      checkPageQuery("iterateOrders", query, ["status", "symbol"]);
      return listOrders(client, { ...filter, limit, offset }, options);
    },
  });
}

/** The operation of `client.iterateTradeHistory()`. */
export function iterateTradeHistory(
  client: Client,
  query: IterateTradeHistoryOptions = {},
  options?: CallOptions,
): AsyncGenerator<Trade, void, undefined> {
  const { pageSize = 100, ...filter } = query;
  return iteratePages(pageSize, {
    idOf: (trade) => trade.tradeId,
    timeOf: (trade) => trade.executedAt,
    fetchPage: (limit, offset) => {
      checkPageQuery("iterateTradeHistory", query, ["symbol", "side"]);
      return getTradeHistory(client, { ...filter, limit, offset }, options);
    },
  });
}

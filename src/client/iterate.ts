import type { Order, ListOrdersOptions, Trade, GetTradeHistoryOptions } from "../endpoints/index.ts";
import { checkPageQuery, iteratePages, type PageOptions } from "./paging.ts";

/** Filters of an iterator over orders. */
export type IterateOrdersOptions = Omit<ListOrdersOptions, "limit" | "offset"> & PageOptions;

/** Filters of an iterator over trades. */
export type IterateTradeHistoryOptions = Omit<GetTradeHistoryOptions, "limit" | "offset"> & PageOptions;

export function iterateOrders(
  list: (query: ListOrdersOptions) => Promise<readonly Order[]>,
  query: IterateOrdersOptions,
): AsyncGenerator<Order, void, undefined> {
  const { pageSize = 100, ...filter } = query;
  return iteratePages(pageSize, {
    idOf: (order) => order.orderId,
    timeOf: (order) => order.createdAt,
    fetchPage: (limit, offset) => {
      checkPageQuery("iterateOrders", query, ["status", "symbol"]);
      return list({ ...filter, limit, offset });
    },
  });
}

export function iterateTradeHistory(
  list: (query: GetTradeHistoryOptions) => Promise<readonly Trade[]>,
  query: IterateTradeHistoryOptions,
): AsyncGenerator<Trade, void, undefined> {
  const { pageSize = 100, ...filter } = query;
  return iteratePages(pageSize, {
    idOf: (trade) => trade.tradeId,
    timeOf: (trade) => trade.executedAt,
    fetchPage: (limit, offset) => {
      checkPageQuery("iterateTradeHistory", query, ["symbol", "side"]);
      return list({ ...filter, limit, offset });
    },
  });
}

import * as endpoints from "../../endpoints/trading/index.ts";
import type {
  CancelledOrders,
  FilledOrder,
  GetOpenOrdersOptions,
  GetTradeHistoryOptions,
  ListOrdersOptions,
  Order,
  PendingOrder,
  PlaceLimitOrderInput,
  PlaceMarketOrderInput,
  PlaceStopLossInput,
  PlaceTakeProfitInput,
  Trade,
} from "../../endpoints/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import type { Client } from "../createClient.ts";
import { requestAboutOrders } from "../requestAboutOrders.ts";

/** The operation of `client.placeMarketOrder()`. */
export function placeMarketOrder(
  client: Client,
  order: PlaceMarketOrderInput,
  options?: CallOptions,
): Promise<FilledOrder> {
  return requestAboutOrders(client, endpoints.placeMarketOrder, order, options);
}

/** The operation of `client.placeLimitOrder()`. */
export function placeLimitOrder(
  client: Client,
  order: PlaceLimitOrderInput,
  options?: CallOptions,
): Promise<PendingOrder> {
  return requestAboutOrders(client, endpoints.placeLimitOrder, order, options);
}

/** The operation of `client.placeStopLoss()`. */
export function placeStopLoss(client: Client, order: PlaceStopLossInput, options?: CallOptions): Promise<PendingOrder> {
  return requestAboutOrders(client, endpoints.placeStopLoss, order, options);
}

/** The operation of `client.placeTakeProfit()`. */
export function placeTakeProfit(
  client: Client,
  order: PlaceTakeProfitInput,
  options?: CallOptions,
): Promise<PendingOrder> {
  return requestAboutOrders(client, endpoints.placeTakeProfit, order, options);
}

/** The operation of `client.getOrder()`. */
export function getOrder(client: Client, orderId: string, options?: CallOptions): Promise<Order> {
  return requestAboutOrders(client, endpoints.getOrder, { orderId }, options);
}

/** The operation of `client.getOpenOrders()`. */
export function getOpenOrders(
  client: Client,
  query: GetOpenOrdersOptions = {},
  options?: CallOptions,
): Promise<readonly Order[]> {
  return requestAboutOrders(client, endpoints.getOpenOrders, query, options);
}

/** The operation of `client.listOrders()`. */
export function listOrders(
  client: Client,
  query: ListOrdersOptions = {},
  options?: CallOptions,
): Promise<readonly Order[]> {
  return requestAboutOrders(client, endpoints.listOrders, query, options);
}

/** The operation of `client.cancelAllOrders()`. */
export function cancelAllOrders(client: Client, options?: CallOptions): Promise<CancelledOrders> {
  return requestAboutOrders(client, endpoints.cancelAllOrders, {}, options);
}

/** The operation of `client.getTradeHistory()`. */
export function getTradeHistory(
  client: Client,
  query: GetTradeHistoryOptions = {},
  options?: CallOptions,
): Promise<readonly Trade[]> {
  return requestAboutOrders(client, endpoints.getTradeHistory, query, options);
}

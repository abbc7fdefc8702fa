export { cancelAllOrders, cancelledOrdersRecord, type CancelledOrders } from "./cancelAllOrders.ts";
export { cancelledOrderRecord, cancelOrder, type CancelledOrder } from "./cancelOrder.ts";
export {
  getOpenOrders,
  orderPageRecord,
  type GetOpenOrdersOptions,
  type OrderFieldsPage,
  type OrderPage,
} from "./getOpenOrders.ts";
export { getOrder } from "./getOrder.ts";
export {
  getTradeHistory,
  tradeHistoryRecord,
  tradeRecord,
  type Trade,
  type TradeHistory,
  type GetTradeHistoryOptions,
} from "./getTradeHistory.ts";
export { listOrders, type ListOrdersOptions } from "./listOrders.ts";
export {
  orderRecord,
  placedOrderRecord,
  type ExecutedOrder,
  type FilledOrder,
  type Order,
  type OrderFields,
  type OrderStatus,
  type OrderType,
  type PendingOrder,
  type OrderBase,
  type PlacedOrder,
  type PlacedOrderFields,
  type Side,
  type UnexecutedOrder,
} from "./order.ts";
export { parseOrderIntent, type OrderIntent } from "./orderIntent.ts";
export {
  placeLimitOrder,
  placeMarketOrder,
  placeStopLoss,
  placeTakeProfit,
  type PlaceLimitOrderInput,
  type PlaceMarketOrderInput,
  type PlaceStopLossInput,
  type PlaceTakeProfitInput,
} from "./placeOrder.ts";

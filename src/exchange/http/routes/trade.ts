import {
  cancelledOrderRecord,
  cancelledOrdersRecord,
  orderPageRecord,
  orderRecord,
  placedOrderRecord,
  tradeHistoryRecord,
  type OrderFields as WireOrder,
  type OrderFieldsPage as OrderPage,
  type PlacedOrderFields as PlacedOrder,
  type Trade as WireTrade,
} from "../../../endpoints/trading/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import { add, subtract, fromFixed8, formatDecimal, formatFixed8, multiply, type Fixed6 } from "../../base/amount.ts";
import { cancelAll, cancelOrder as cancel } from "../../engine/trading/cancel.ts";
import { findOrder, ordersOf, tradesOf } from "../../engine/history/history.ts";
import type { Order, Page, Trade } from "../../engine/model.ts";
import { placeOrder, tradingAgent, type OrderRequest, type PlacementResult } from "../../engine/trading/place.ts";
import { ORDER_KINDS, ORDER_TYPES } from "../../engine/orderKinds.ts";
import { Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../../engine/state.ts";
import type { Call } from "../call.ts";
import { route, type Route } from "../route.ts";
import { alsoNamed, amount, object, oneOf, optional, string, type Values } from "../schema/index.ts";
import { paging } from "./paging.ts";

const orderBody = object({
  symbol: string({ min: 1, max: 20 }),
  side: oneOf(["buy", "sell"]),
  type: oneOf(ORDER_TYPES),
  quantity: amount,
  price: alsoNamed(["stop_price"], "trigger_price", optional(amount)),
});

const openOrdersQuery = object(paging(200, 100));
const ordersQuery = object({ status: optional(string()), symbol: optional(string()), ...paging(500, 100) });
const tradesQuery = object({ symbol: optional(string()), side: optional(string()), ...paging(500, 50) });

export const tradeRoutes: readonly Route[] = [
  route(
    "POST /api/v1/trade/order",
    {
      body: orderBody,
      output: placedOrderRecord,
      status: 201,
      orderOf: ({ state, scope }) => tradingAgent(state, scope),
    },
    (call) => {
      const request = readOrder(call);
      const { scope } = call;
      call.isDecided = true;
      return wirePlacedOrder(request, placeOrder(call.state, scope, request));
    },
  ),

  route("GET /api/v1/trade/order/{order_id}", { output: orderRecord }, (call) => wireOrder(ownOrder(call))),

  route("GET /api/v1/trade/orders", { query: ordersQuery, output: orderPageRecord }, (call) => {
    const { state, scope } = call;
    const { status, symbol, limit, offset } = call.readQuery();
    return wireOrderPage(
      state,
      ordersOf(state, scope, { status, symbol: filterBy(symbol) }, limit, offset),
      limit,
      offset,
    );
  }),

  route("GET /api/v1/trade/orders/open", { query: openOrdersQuery, output: orderPageRecord }, (call) => {
    const { state, scope } = call;
    const { limit, offset } = call.readQuery();
    return wireOrderPage(state, ordersOf(state, scope, { status: "pending" }, limit, offset), limit, offset);
  }),

  route("DELETE /api/v1/trade/order/{order_id}", { output: cancelledOrderRecord }, (call) => {
    const [order, unlockedAmount] = cancel(call.state, ownOrder(call));
    return { orderId: order.id, status: order.status, unlockedAmount, cancelledAt: new Date(call.state.now) };
  }),

  route("DELETE /api/v1/trade/orders/open", { output: cancelledOrdersRecord }, ({ state, scope }) => {
    const { count, unlocked } = cancelAll(state, scope);
    return { cancelledCount: count, totalUnlocked: unlocked };
  }),

  route("GET /api/v1/trade/history", { query: tradesQuery, output: tradeHistoryRecord }, (call) => {
    const { state, scope } = call;
    const { symbol, side, limit, offset } = call.readQuery();
    const { items, total: matches } = tradesOf(state, scope, { symbol: filterBy(symbol), side }, limit, offset);
    return { trades: items.map(wireTrade), total: matches, limit, offset };
  }),
];

function readOrder(call: Call<never, unknown, Values<typeof orderBody>>): OrderRequest {
  const { symbol, side, type, quantity, price } = call.readBody();
  const { needsPrice } = ORDER_KINDS[type];
  call.checkBody(needsPrice || price === undefined, "'price' must not be set for 'market' orders.");
  call.checkBody(!needsPrice || price !== undefined, `'price' is required for '${type}' orders.`);
  return { symbol: symbol.toUpperCase(), side, type, quantity, price };
}

/** An empty symbol means no filter. */
function filterBy(symbol: string | undefined): string | undefined {
  return symbol === "" ? undefined : symbol?.toUpperCase();
}

/** The order of the path. Throws if the caller may not see it. */
function ownOrder(call: Call<"order_id">): Order {
  const id = call.readParameter("order_id");
  const { account, agent } = call.scope;
  const order = findOrder(call.state, account, id);
  if (order === undefined || (agent !== undefined && order.agentId !== agent.id)) {
    throw new Rejection("ORDER_NOT_FOUND", `Order '${id}' not found.`, { order_id: id });
  }
  return order;
}

const NOT_FILLED = {
  requestedQuantity: null,
  executedQuantity: null,
  executedPrice: null,
  slippagePct: null,
  fee: null,
  totalCost: null,
  filledAt: null,
};
const NOT_PENDING = { quantity: null, price: null, lockedAmount: null, createdAt: null };

function wirePlacedOrder(
  request: OrderRequest,
  { order, execution, lockAmount }: PlacementResult,
): Encodable<PlacedOrder> {
  const { id, status, symbol, side, type } = order;
  const head = { orderId: id, status, symbol, side, type };
  const quantity = formatDecimal(request.quantity);
  if (execution === undefined || request.price !== undefined) {
    return {
      ...head,
      ...NOT_FILLED,
      quantity,
      price: request.price === undefined ? null : formatDecimal(request.price),
      lockedAmount: lockAmount === undefined ? null : formatDecimal(lockAmount),
      createdAt: new Date(order.createdAt),
    };
  }
  const value = multiply(fromFixed8(execution.price), request.quantity);
  const fee = fromFixed8(execution.fee);
  return {
    ...head,
    ...NOT_PENDING,
    requestedQuantity: quantity,
    executedQuantity: quantity,
    executedPrice: formatFixed8(execution.price),
    slippagePct: formatPercent(execution.slippage),
    fee: formatFixed8(execution.fee),
    totalCost: formatDecimal(side === "buy" ? add(value, fee) : subtract(value, fee)),
    filledAt: new Date(order.createdAt),
  };
}

function formatPercent(units: Fixed6): string {
  return formatDecimal({ units, scale: 6 });
}

function wireOrderPage(
  state: ExchangeState,
  { items, total: matches }: Page<Order>,
  limit: number,
  offset: number,
): Encodable<OrderPage> {
  return { orders: items.map(wireOrder), total: state.quirks.pageTotals ? items.length : matches, limit, offset };
}

function wireOrder({ id, status, symbol, side, type, quantity, price, fill, createdAt }: Order): Encodable<WireOrder> {
  return {
    orderId: id,
    status,
    symbol,
    side,
    type,
    quantity: formatFixed8(quantity),
    price: price === undefined ? null : formatFixed8(price),
    executedPrice: fill === undefined ? null : formatFixed8(fill.price),
    executedQuantity: fill === undefined ? null : formatFixed8(quantity),
    slippagePct: fill === undefined ? null : formatPercent(fill.slippage),
    fee: fill === undefined ? null : formatFixed8(fill.fee),
    createdAt: new Date(createdAt),
    filledAt: fill === undefined ? null : new Date(fill.time),
  };
}

function wireTrade({ id, orderId, symbol, side, quantity, price, fee, gross, time }: Trade): Encodable<WireTrade> {
  return {
    tradeId: id,
    orderId,
    symbol,
    side,
    quantity: formatFixed8(quantity),
    price: formatFixed8(price),
    fee: formatFixed8(fee),
    total: formatFixed8(gross),
    executedAt: new Date(time),
  };
}

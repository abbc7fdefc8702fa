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
import { add, subtract, fromFixed8, textOfAmount, textOfStored, multiply, type Fixed6 } from "../../base/amount.ts";
import { cancelAll, cancelOrder as cancel } from "../../engine/trading/cancel.ts";
import { ordersOf, tradesOf } from "../../engine/history/history.ts";
import type { Order, Page, Trade } from "../../engine/model.ts";
import { ORDER_KINDS, ORDER_TYPES } from "../../engine/orderKinds.ts";
import { placeOrder, tradingAgent, type OrderRequest, type PlacementResult } from "../../engine/trading/place.ts";
import { Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../../engine/state.ts";
import { placesOf } from "./balances.ts";
import type { Call } from "../call.ts";
import { orderRoute, route, type Route } from "../route.ts";

const SIDES = ["buy", "sell"] as const;

export const tradeRoutes: readonly Route[] = [
  orderRoute(
    ({ scope }) => tradingAgent(scope),
    route(
      "POST",
      "/api/v1/trade/order",
      placedOrderRecord,
      (call) => {
        const request = orderRequest(call);
        const { scope } = call;
        call.decided = true;
        return placed(request, placeOrder(call.state, scope, request));
      },
      201,
    ),
  ),

  route("GET", "/api/v1/trade/order/{order_id}", orderRecord, (call) => wireOrder(ownOrder(call))),

  route("GET", "/api/v1/trade/orders", orderPageRecord, ({ state, query, scope }) => {
    const status = query.optionalText("status");
    const symbol = query.optionalText("symbol")?.toUpperCase();
    const limit = query.integer("limit", { least: 1, most: 500 }, 100);
    const offset = query.integer("offset", { least: 0 }, 0);
    query.done();
    return orderPage(
      state,
      ordersOf(scope, { status, symbol: symbol === "" ? undefined : symbol }, limit, offset),
      limit,
      offset,
    );
  }),

  route("GET", "/api/v1/trade/orders/open", orderPageRecord, ({ state, query, scope }) => {
    const limit = query.integer("limit", { least: 1, most: 200 }, 100);
    const offset = query.integer("offset", { least: 0 }, 0);
    query.done();
    return orderPage(state, ordersOf(scope, { status: "pending" }, limit, offset), limit, offset);
  }),

  route("DELETE", "/api/v1/trade/order/{order_id}", cancelledOrderRecord, (call) => {
    const order = ownOrder(call);
    const unlockedAmount = cancel(call.state, order);
    return { orderId: order.id, status: order.status, unlockedAmount, cancelledAt: new Date(call.state.now) };
  }),

  route("DELETE", "/api/v1/trade/orders/open", cancelledOrdersRecord, ({ state, scope }) => {
    const { count, unlocked } = cancelAll(state, scope);
    return { cancelledCount: count, totalUnlocked: unlocked };
  }),

  route("GET", "/api/v1/trade/history", tradeHistoryRecord, ({ query, scope }) => {
    const symbol = query.optionalText("symbol")?.toUpperCase();
    const side = query.optionalText("side");
    const limit = query.integer("limit", { least: 1, most: 500 }, 50);
    const offset = query.integer("offset", { least: 0 }, 0);
    query.done();
    const { items, matches } = tradesOf(scope, { symbol: symbol === "" ? undefined : symbol, side }, limit, offset);
    return { trades: items.map(wireTrade), total: matches, limit, offset };
  }),
];

function orderRequest(call: Call): OrderRequest {
  const body = call.body();
  const places = placesOf(call.state);
  const symbol = body.text("symbol", { least: 1, most: 20 }).toUpperCase();
  const side = body.oneOf("side", SIDES);
  const type = body.oneOf("type", ORDER_TYPES);
  const quantity = body.decimal("quantity", places);
  // Of the names of one price the first that is there wins, even when it is null.
  const names = call.state.quirks.documentedNamesIgnored
    ? ["price", "stop_price"]
    : ["price", "stop_price", "trigger_price"];
  const price = body.optionalDecimal(names.find((name) => body.has(name)) ?? "price", places);
  const { needsPrice } = ORDER_KINDS[type];
  body.rule(needsPrice || price === undefined, "'price' must not be set for 'market' orders.");
  body.rule(!needsPrice || price !== undefined, `'price' is required for '${type}' orders.`);
  return { symbol, side, type, quantity, price };
}

/** The order of the path, if it is the caller's to see. */
function ownOrder(call: Call): Order {
  const id = call.path.uuid("order_id");
  call.path.done();
  const { account, agent } = call.scope;
  const order = account.history.order(id);
  if (order === undefined || (agent !== undefined && order.agent !== agent)) {
    throw new Rejection("ORDER_NOT_FOUND", `Order '${id}' not found.`, { order_id: id });
  }
  return order;
}

const NOTHING_FILLED = {
  requestedQuantity: null,
  executedQuantity: null,
  executedPrice: null,
  slippagePct: null,
  fee: null,
  totalCost: null,
  filledAt: null,
};
const NOTHING_PENDING = { quantity: null, price: null, lockedAmount: null, createdAt: null };

function placed(request: OrderRequest, { order, execution, lockAmount }: PlacementResult): Encodable<PlacedOrder> {
  const { id, status, symbol, side, type } = order;
  const head = { orderId: id, status, symbol, side, type };
  const quantity = textOfAmount(request.quantity);
  if (execution === undefined || request.price !== undefined) {
    return {
      ...head,
      ...NOTHING_FILLED,
      quantity,
      price: request.price === undefined ? null : textOfAmount(request.price),
      lockedAmount: lockAmount === undefined ? null : textOfAmount(lockAmount),
      createdAt: new Date(order.createdAt),
    };
  }
  const value = multiply(fromFixed8(execution.price), request.quantity);
  const fee = fromFixed8(execution.fee);
  return {
    ...head,
    ...NOTHING_PENDING,
    requestedQuantity: quantity,
    executedQuantity: quantity,
    executedPrice: textOfStored(execution.price),
    slippagePct: percentText(execution.slippage),
    fee: textOfStored(execution.fee),
    totalCost: textOfAmount(side === "buy" ? add(value, fee) : subtract(value, fee)),
    filledAt: new Date(order.createdAt),
  };
}

function percentText(units: Fixed6): string {
  return textOfAmount({ units, scale: 6 });
}

function orderPage(
  state: ExchangeState,
  { items, matches }: Page<Order>,
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
    quantity: textOfStored(quantity),
    price: price === undefined ? null : textOfStored(price),
    executedPrice: fill === undefined ? null : textOfStored(fill.price),
    executedQuantity: fill === undefined ? null : textOfStored(quantity),
    slippagePct: fill === undefined ? null : percentText(fill.slippage),
    fee: fill === undefined ? null : textOfStored(fill.fee),
    createdAt: new Date(createdAt),
    filledAt: fill === undefined ? null : new Date(fill.time),
  };
}

function wireTrade({ id, order, price, fee, gross, time }: Trade): Encodable<WireTrade> {
  return {
    tradeId: id,
    orderId: order.id,
    symbol: order.symbol,
    side: order.side,
    quantity: textOfStored(order.quantity),
    price: textOfStored(price),
    fee: textOfStored(fee),
    total: textOfStored(gross),
    executedAt: new Date(time),
  };
}

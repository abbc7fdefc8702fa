// Compiled, never run: what the methods that place and read orders take and return.
import { expectTypeOf } from "vitest";
import type {
  AgentExchangeClient,
  Amount,
  CallOptions,
  CancelledOrder,
  CancelledOrders,
  Decimal,
  ExecutedOrder,
  FilledOrder,
  PlaceLimitOrderInput,
  PlaceMarketOrderInput,
  Order,
  PendingOrder,
  PlacedOrder,
  Trade,
  PlaceStopLossInput,
  PlaceTakeProfitInput,
  UnexecutedOrder,
  WaitForOrderOptions,
} from "agentexchange";

type Client = AgentExchangeClient;

export async function inputs(client: Client, price: Decimal): Promise<void> {
  const market = { symbol: "BTCUSDT", side: "buy", quantity: "0.001" } as const;
  await client.placeMarketOrder(market, { timeout: 1000 });
  await client.placeMarketOrder({ ...market, quantity: 1 });
  await client.placeLimitOrder({ ...market, price });
  await client.placeStopLoss({ ...market, triggerPrice: price });
  await client.placeTakeProfit({ ...market, triggerPrice: 100 });

  // @ts-expect-error: an order names its pair
  await client.placeMarketOrder({ side: "buy", quantity: "1" });
  // @ts-expect-error: a side is "buy" or "sell"
  await client.placeMarketOrder({ ...market, side: "long" });
  // @ts-expect-error: an amount is a Decimal, a string or a number
  await client.placeMarketOrder({ ...market, quantity: 1n });
  // @ts-expect-error: a quantity is required, not undefined
  await client.placeMarketOrder({ ...market, quantity: undefined });
  // @ts-expect-error: a market order has no price
  await client.placeMarketOrder({ ...market, price });
  // @ts-expect-error: a limit order has a price
  await client.placeLimitOrder(market);
  // @ts-expect-error: a limit order has no trigger price
  await client.placeLimitOrder({ ...market, price, triggerPrice: price });
  // @ts-expect-error: a stop-loss order has a trigger price
  await client.placeStopLoss({ ...market, price });
  // @ts-expect-error: a take-profit order has a trigger price
  await client.placeTakeProfit(market);
  // @ts-expect-error: the quantity is named "quantity"
  await client.placeTakeProfit({ symbol: "BTCUSDT", side: "sell", qty: "1", triggerPrice: "1" });
  // @ts-expect-error: no such status
  await client.listOrders({ status: "open" });
  // @ts-expect-error: the platform ignores times
  await client.getTradeHistory({ startTime: new Date() });
}

expectTypeOf<Client["placeMarketOrder"]>().toEqualTypeOf<
  (order: PlaceMarketOrderInput, options?: CallOptions) => Promise<FilledOrder>
>();
expectTypeOf<Client["placeLimitOrder"]>().toEqualTypeOf<
  (order: PlaceLimitOrderInput, options?: CallOptions) => Promise<PendingOrder>
>();
expectTypeOf<Client["placeStopLoss"]>().toEqualTypeOf<
  (order: PlaceStopLossInput, options?: CallOptions) => Promise<PendingOrder>
>();
expectTypeOf<Client["placeTakeProfit"]>().toEqualTypeOf<
  (order: PlaceTakeProfitInput, options?: CallOptions) => Promise<PendingOrder>
>();
expectTypeOf<Client["getOrder"]>().toEqualTypeOf<(orderId: string, options?: CallOptions) => Promise<Order>>();
expectTypeOf<Client["waitForOrder"]>().toEqualTypeOf<
  (orderId: string, wait?: WaitForOrderOptions, options?: CallOptions) => Promise<Order>
>();
expectTypeOf<Client["cancelOrder"]>().toEqualTypeOf<
  (orderId: string, options?: CallOptions) => Promise<CancelledOrder>
>();
expectTypeOf<Client["cancelAllOrders"]>().toEqualTypeOf<(options?: CallOptions) => Promise<CancelledOrders>>();
expectTypeOf<ReturnType<Client["iterateOrders"]>>().toExtend<AsyncIterable<Order>>();
expectTypeOf<ReturnType<Client["iterateTradeHistory"]>>().toExtend<AsyncIterable<Trade>>();

expectTypeOf<Amount>().toEqualTypeOf<Decimal | string | number>();
expectTypeOf<PlaceMarketOrderInput["side"]>().toEqualTypeOf<"buy" | "sell">();
expectTypeOf<PlaceMarketOrderInput["quantity"]>().toEqualTypeOf<Amount>();
expectTypeOf<PlaceLimitOrderInput["price"]>().toEqualTypeOf<Amount>();
expectTypeOf<PlaceStopLossInput["triggerPrice"]>().toEqualTypeOf<Amount>();

// A market order is filled, the others are pending; no field needs a check for null.
expectTypeOf<FilledOrder["status"]>().toEqualTypeOf<"filled">();
expectTypeOf<FilledOrder["executedPrice"]>().toEqualTypeOf<Decimal>();
expectTypeOf<FilledOrder["totalCost"]>().toEqualTypeOf<Decimal>();
expectTypeOf<FilledOrder["filledAt"]>().toEqualTypeOf<Date>();
expectTypeOf<FilledOrder["lockedAmount"]>().toBeNull();
expectTypeOf<PendingOrder["status"]>().toEqualTypeOf<"pending">();
expectTypeOf<PendingOrder["price"]>().toEqualTypeOf<Decimal>();
expectTypeOf<PendingOrder["lockedAmount"]>().toEqualTypeOf<Decimal>();
expectTypeOf<PendingOrder["createdAt"]>().toEqualTypeOf<Date>();
expectTypeOf<PendingOrder["executedPrice"]>().toBeNull();
expectTypeOf<PendingOrder["hint"]>().toEqualTypeOf<string | null>();

export function narrowPlaced(order: PlacedOrder): Decimal {
  // @ts-expect-error: a pending order has no executed price
  order.executedPrice.toString();
  if (order.status === "filled") {
    expectTypeOf(order).toEqualTypeOf<FilledOrder>();
    return order.executedPrice;
  }
  expectTypeOf(order).toEqualTypeOf<PendingOrder>();
  return order.lockedAmount;
}

export function narrow(order: Order): Decimal | null {
  // @ts-expect-error: an order that is not filled has no fee
  order.fee.toString();
  if (order.status === "filled") {
    expectTypeOf(order).toEqualTypeOf<ExecutedOrder>();
    return order.executedPrice.times(order.executedQuantity).plus(order.fee);
  }
  expectTypeOf(order).toEqualTypeOf<UnexecutedOrder>();
  return order.executedPrice;
}

export function readonlyOrder(order: Order): void {
  // @ts-expect-error: results are read-only
  order.orderId = "";
}

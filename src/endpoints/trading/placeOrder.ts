import * as v from "valibot";
import type { Codec } from "../../wire/index.ts";
import type { Endpoint, Params, SchemaOf } from "../endpoint.ts";
import { amount, input, side, symbol, type Amount } from "../inputs.ts";
import {
  filledOrder,
  pendingOrder,
  type FilledOrder,
  type PendingOrder,
  type PlacedOrder,
  type Side,
} from "./order.ts";

export interface MarketOrder {
  readonly symbol: string;
  readonly side: Side;
  /** In the base asset. */
  readonly quantity: Amount;
}

export interface LimitOrder extends MarketOrder {
  /** Worst price to trade at, in the quote asset. */
  readonly price: Amount;
}

export interface TriggeredOrder extends MarketOrder {
  /** Last price that sets the order off, in the quote asset. */
  readonly triggerPrice: Amount;
}

/** The four kinds go to one path; the platform knows them by `type`, and calls every price `price`. */
// @__NO_SIDE_EFFECTS__
function placeOrder<
  Schema extends v.GenericSchema<Input, Params>,
  Output extends PlacedOrder,
  Input = v.InferInput<Schema>,
>(name: string, schema: Schema & SchemaOf<Input, Schema>, output: Codec<Output>): Endpoint<Input, Output> {
  return {
    name,
    method: "POST",
    path: "/trade/order",
    input: schema,
    output,
    access: "agent",
    tier: "orders",
    effect: "order",
    evidence: ({ orderId, filledAt, createdAt }) => ({ serverTime: filledAt ?? createdAt, orderIds: [orderId] }),
  };
}

const order = { symbol, side, quantity: amount };

export const placeMarketOrder: Endpoint<MarketOrder, FilledOrder> = placeOrder(
  "placeMarketOrder",
  v.pipe(
    input(order),
    v.transform(({ quantity, ...rest }): Params => ({ ...rest, type: "market", quantity })),
  ),
  filledOrder,
);

export const placeLimitOrder: Endpoint<LimitOrder, PendingOrder> = placeOrder(
  "placeLimitOrder",
  v.pipe(
    input({ ...order, price: amount }),
    v.transform(({ quantity, price, ...rest }): Params => ({ ...rest, type: "limit", quantity, price })),
  ),
  pendingOrder,
);

// @__NO_SIDE_EFFECTS__
function triggered(type: "stop_loss" | "take_profit") {
  return v.pipe(
    input({ ...order, triggerPrice: amount }),
    v.transform(({ quantity, triggerPrice, ...rest }): Params => ({ ...rest, type, quantity, price: triggerPrice })),
  );
}

export const placeStopLoss: Endpoint<TriggeredOrder, PendingOrder> = placeOrder(
  "placeStopLoss",
  triggered("stop_loss"),
  pendingOrder,
);

export const placeTakeProfit: Endpoint<TriggeredOrder, PendingOrder> = placeOrder(
  "placeTakeProfit",
  triggered("take_profit"),
  pendingOrder,
);

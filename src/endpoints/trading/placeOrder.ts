import * as v from "valibot";
import type { Codec } from "../../wire/index.ts";
import type { Endpoint, Params, SchemaOf } from "../endpoint.ts";
import { amount, input, side, symbol, type Amount } from "../inputs/index.ts";
import {
  filledOrder,
  pendingOrder,
  type FilledOrder,
  type PendingOrder,
  type PlacedOrder,
  type Side,
} from "./order.ts";

/** Arguments of `placeMarketOrder`. */
export interface PlaceMarketOrderInput {
  readonly symbol: string;
  readonly side: Side;
  /** In the base asset. */
  readonly quantity: Amount;
}

/** Arguments of `placeLimitOrder`. */
export interface PlaceLimitOrderInput extends PlaceMarketOrderInput {
  /** Limit price, in the quote asset. */
  readonly price: Amount;
}

/** Arguments of `placeStopLoss`. */
export interface PlaceStopLossInput extends PlaceMarketOrderInput {
  /** In the quote asset. */
  readonly triggerPrice: Amount;
}

/** Arguments of `placeTakeProfit`. */
export interface PlaceTakeProfitInput extends PlaceMarketOrderInput {
  /** In the quote asset. */
  readonly triggerPrice: Amount;
}

/** All four order types share one path. The platform tells them apart by `type` and calls every price `price`. */
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

export const placeMarketOrder: Endpoint<PlaceMarketOrderInput, FilledOrder> = placeOrder(
  "placeMarketOrder",
  v.pipe(
    input(order),
    v.transform(({ quantity, ...rest }): Params => ({ ...rest, type: "market", quantity })),
  ),
  filledOrder,
);

export const placeLimitOrder: Endpoint<PlaceLimitOrderInput, PendingOrder> = placeOrder(
  "placeLimitOrder",
  v.pipe(
    input({ ...order, price: amount }),
    v.transform(({ quantity, price, ...rest }): Params => ({ ...rest, type: "limit", quantity, price })),
  ),
  pendingOrder,
);

// @__NO_SIDE_EFFECTS__
function triggerOrderInput(type: "stop_loss" | "take_profit") {
  return v.pipe(
    input({ ...order, triggerPrice: amount }),
    v.transform(({ quantity, triggerPrice, ...rest }): Params => ({ ...rest, type, quantity, price: triggerPrice })),
  );
}

export const placeStopLoss: Endpoint<PlaceStopLossInput, PendingOrder> = placeOrder(
  "placeStopLoss",
  triggerOrderInput("stop_loss"),
  pendingOrder,
);

export const placeTakeProfit: Endpoint<PlaceTakeProfitInput, PendingOrder> = placeOrder(
  "placeTakeProfit",
  triggerOrderInput("take_profit"),
  pendingOrder,
);

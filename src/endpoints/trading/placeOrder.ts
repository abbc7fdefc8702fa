import * as v from "valibot";
import { endpoint, type Endpoint, type Params } from "../endpoint.ts";
import { amount, input, side, symbol, type Amount } from "../inputs.ts";
import { placedOrderRecord, type PlacedOrder, type Side } from "./order.ts";

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
function placeOrder<Input>(name: string, schema: v.GenericSchema<Input, Params>): Endpoint<Input, PlacedOrder> {
  return endpoint({
    name,
    method: "POST",
    path: "/trade/order",
    input: schema,
    output: placedOrderRecord,
    access: "agent",
    tier: "orders",
    effect: "order",
  });
}

const order = { symbol, side, quantity: amount };

export const placeMarketOrder: Endpoint<MarketOrder, PlacedOrder> = placeOrder(
  "placeMarketOrder",
  v.pipe(
    input(order),
    v.transform(({ quantity, ...rest }): Params => ({ ...rest, type: "market", quantity })),
  ),
);

export const placeLimitOrder: Endpoint<LimitOrder, PlacedOrder> = placeOrder(
  "placeLimitOrder",
  v.pipe(
    input({ ...order, price: amount }),
    v.transform(({ quantity, price, ...rest }): Params => ({ ...rest, type: "limit", quantity, price })),
  ),
);

// @__NO_SIDE_EFFECTS__
function triggered(type: "stop_loss" | "take_profit"): v.GenericSchema<TriggeredOrder, Params> {
  return v.pipe(
    input({ ...order, triggerPrice: amount }),
    v.transform(({ quantity, triggerPrice, ...rest }): Params => ({ ...rest, type, quantity, price: triggerPrice })),
  );
}

export const placeStopLoss: Endpoint<TriggeredOrder, PlacedOrder> = placeOrder("placeStopLoss", triggered("stop_loss"));

export const placeTakeProfit: Endpoint<TriggeredOrder, PlacedOrder> = placeOrder(
  "placeTakeProfit",
  triggered("take_profit"),
);

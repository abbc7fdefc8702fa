import {
  placeLimitOrder,
  placeMarketOrder,
  placeStopLoss,
  placeTakeProfit,
  validate,
  type OrderType,
  type Params,
  type PlaceLimitOrderInput,
  type PlaceMarketOrderInput,
  type PlaceStopLossInput,
  type PlaceTakeProfitInput,
  type Side,
} from "../../endpoints/index.ts";
import { Exact, type Decimal } from "../../wire/index.ts";

/** An order that has not been placed. */
export interface PlannedOrder {
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  /** In the base asset. */
  readonly quantity: Decimal;
  /** Limit or trigger price in USDT; null for a market order. */
  readonly price: Decimal | null;
}

const TOOLS: Readonly<Record<string, (input: unknown) => Params>> = {
  placeMarketOrder: (input) => validate(placeMarketOrder, input as PlaceMarketOrderInput),
  placeLimitOrder: (input) => validate(placeLimitOrder, input as PlaceLimitOrderInput),
  placeStopLoss: (input) => validate(placeStopLoss, input as PlaceStopLossInput),
  placeTakeProfit: (input) => validate(placeTakeProfit, input as PlaceTakeProfitInput),
};

/** Whether a tool places an order, so that it can be estimated. */
export function placesOrder(tool: string): boolean {
  return Object.hasOwn(TOOLS, tool);
}

/**
 * The order that a call of a tool would place.
 *
 * @throws ValidationError for invalid input, TypeError for a tool that places no order
 */
export function planOrder(tool: string, input: unknown): PlannedOrder {
  const read = placesOrder(tool) ? TOOLS[tool] : undefined;
  if (read === undefined) throw new TypeError(`${tool} places no order. Expected ${Object.keys(TOOLS).join(", ")}.`);
  const { symbol, side, type, quantity, price } = read(input);
  return {
    // As the platform reads it.
    symbol: (symbol as string).toUpperCase(),
    side: side as Side,
    type: type as OrderType,
    quantity: new Exact(quantity as string),
    price: price === undefined ? null : new Exact(price as string),
  };
}

import * as v from "valibot";
import { decimal, from, nullable, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint, type Params } from "../endpoint.ts";
import {
  amount,
  input,
  oneOf,
  optional,
  showCondition,
  side,
  upperSymbol,
  uuid,
  type Amount,
} from "../inputs/index.ts";
import type { OrderStatus, Side } from "../trading/order.ts";

/** Arguments of `placeBacktestOrder`. */
export interface PlaceBacktestOrderInput {
  readonly symbol: string;
  readonly side: Side;
  /** Default `market`. */
  readonly type?: "market" | "limit" | "stop_loss" | "take_profit" | undefined;
  /** In the base asset. */
  readonly quantity: Amount;
  /** Limit or trigger price, in the quote asset (USDT). Required for every type except `market`. */
  readonly price?: Amount | undefined;
}

/** A placed backtest order. Fields that are zero or do not apply are null. */
export interface PlacedBacktestOrder {
  readonly orderId: string;
  /** `rejected` if the symbol has no price or the order exceeds a risk limit of the agent. */
  readonly status: OrderStatus;
  /** In the quote asset, slippage included. */
  readonly executedPrice: Decimal | null;
  /** In the base asset. */
  readonly executedQuantity: Decimal | null;
  /** In the quote asset. */
  readonly fee: Decimal | null;
  /** For sells, in the quote asset. The platform ignores fees; the embedded exchange subtracts them, except in `observed` mode. */
  readonly realizedPnl: Decimal | null;
}

export const placedBacktestOrderRecord: Codec<PlacedBacktestOrder> = record<PlacedBacktestOrder>({
  orderId: text,
  status: text,
  executedPrice: nullable(decimal),
  executedQuantity: from("executed_qty", nullable(decimal)),
  fee: nullable(decimal),
  realizedPnl: nullable(decimal),
});

/** Every type except `market` needs a price, and `market` allows none. */
const PRICE_CONDITION = {
  anyOf: [
    { properties: { type: { const: "market" }, price: false } },
    { properties: { type: { not: { const: "market" } } }, required: ["type", "price"] },
  ],
};

export const placeBacktestOrder: Endpoint<PlaceBacktestOrderInput & { sessionId: string }, PlacedBacktestOrder> =
  endpoint({
    name: "placeBacktestOrder",
    method: "POST",
    path: "/backtest/{sessionId}/trade/order",
    input: v.pipe(
      input({
        sessionId: uuid,
        symbol: upperSymbol,
        side,
        type: optional(oneOf(["market", "limit", "stop_loss", "take_profit"])),
        quantity: amount,
        price: optional(amount),
      }),
      v.forward(
        v.check(
          ({ type = "market", price }) => type === "market" || price !== undefined,
          "is required for this order type; without it the order would never be filled",
        ),
        ["price"],
      ),
      v.forward(
        v.check(
          ({ type = "market", price }) => type !== "market" || price === undefined,
          "must be omitted for a market order",
        ),
        ["price"],
      ),
      showCondition(PRICE_CONDITION),
      v.transform((order): Params => order),
    ),
    output: placedBacktestOrderRecord,
    access: "account",
    tier: "backtest",
  });

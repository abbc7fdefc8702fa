import { add, toDecimal28, multiply, ZERO, type Decimal28 } from "../base/amount.ts";
import type { OrderType, Side } from "./model.ts";

/** The share of a trade's value that both sides pay. */
export const FEE_RATE: Decimal28 = toDecimal28("0.001");

/** How a pending order locks funds and triggers. */
export interface PendingRules {
  /** The move to its price that triggers an order of either side; undefined for orders that do not wait. */
  readonly triggersOn: Readonly<Record<Side, "fall" | "rise">> | undefined;
  /** The amount that an order locks of the asset that it pays with. */
  readonly locks: (side: Side, quantity: Decimal28, price: Decimal28) => Decimal28;
}

/** The rules by which one kind of order differs from the others. */
export interface OrderKind {
  /** Whether a live order must state a price, or must not. */
  readonly needsPrice: boolean;
  /** `limit`: the price bounds the fill. `trigger`: it only triggers the fill. */
  readonly priceIs: "limit" | "trigger" | undefined;
  /** Live orders lock by their own price. */
  readonly live: PendingRules;
  /** Orders in backtests lock by the last price. */
  readonly backtest: PendingRules;
}

const IMMEDIATE: PendingRules = { triggersOn: undefined, locks: () => ZERO };
/** The move to a better price than the current one. */
const BETTER_PRICE = { buy: "fall", sell: "rise" } as const;
const WORSE_PRICE = { buy: "rise", sell: "fall" } as const;

/** Stop and take-profit orders trigger by side in backtests, but in live trading the platform treats all as sales. */
export const ORDER_KINDS: Readonly<Record<OrderType, OrderKind>> = {
  market: { needsPrice: false, priceIs: undefined, live: IMMEDIATE, backtest: IMMEDIATE },
  limit: {
    needsPrice: true,
    priceIs: "limit",
    live: { triggersOn: BETTER_PRICE, locks: valueAndFee },
    backtest: { triggersOn: BETTER_PRICE, locks: value },
  },
  stop_loss: {
    needsPrice: true,
    priceIs: "trigger",
    live: { triggersOn: { buy: "fall", sell: "fall" }, locks: valueAndFee },
    backtest: { triggersOn: WORSE_PRICE, locks: value },
  },
  take_profit: {
    needsPrice: true,
    priceIs: "trigger",
    live: { triggersOn: { buy: "rise", sell: "rise" }, locks: valueAndFee },
    backtest: { triggersOn: BETTER_PRICE, locks: value },
  },
};

/** In the order in which error messages list them. */
export const ORDER_TYPES: readonly ["market", "limit", "stop_loss", "take_profit"] = [
  "market",
  "limit",
  "stop_loss",
  "take_profit",
];

function value(side: Side, quantity: Decimal28, price: Decimal28): Decimal28 {
  return side === "sell" ? quantity : multiply(quantity, price);
}

/** Unrounded. */
function valueAndFee(side: Side, quantity: Decimal28, price: Decimal28): Decimal28 {
  const locked = value(side, quantity, price);
  return side === "sell" ? locked : add(locked, multiply(locked, FEE_RATE));
}

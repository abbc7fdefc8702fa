import { roundToStep, type Pair } from "../../endpoints/index.ts";
import { Exact, type Decimal } from "../../wire/index.ts";
import { FEE_RATE, fillAt, type OrderQuote } from "./fill.ts";
import type { PlannedOrder } from "./plannedOrder.ts";
import { MAX_ORDER_PCT, type OrderFunds } from "./problems.ts";

/** The platform rounds an order's share of the equity to two decimals, in percent. */
const ROUNDING = new Exact("0.005");

/**
 * The largest quantity of such an order that funds and limits allow now, a multiple of the pair's step; zero if none. It
 * may be less than the pair's minimum. For a market buy it is a little less than possible: its slippage grows with the
 * quantity.
 */
export function largestQuantity(
  { side, price }: PlannedOrder,
  quote: OrderQuote,
  pair: Pair | null,
  { equity, cash, position, limits }: OrderFunds,
): Decimal {
  const perUnit = new Exact(quote.price);
  const bounds: Decimal[] = [];
  if (equity.gt(0)) bounds.push(new Exact(equity).times(MAX_ORDER_PCT).div(100).div(perUnit));
  if (side === "sell") bounds.push(new Exact(position.available));
  else {
    const withFee = FEE_RATE.plus(1);
    const affordable = new Exact(cash.available).div(perUnit.times(withFee));
    const held = new Exact(position.available).times(perUnit);
    // A share just below the limit always passes.
    const share = new Exact(limits.maxPositionSizePct).minus(ROUNDING);
    if (equity.gt(0)) bounds.push(new Exact(equity).times(share).div(100).minus(held).div(perUnit));
    // The slippage of the larger quantity is more than that of the one that can be paid.
    const filled = price ?? fillAt("buy", Exact.max(affordable, 0), perUnit, quote.volume).price;
    bounds.push(affordable, new Exact(cash.available).div(new Exact(filled).times(withFee)));
  }
  const most = bounds.reduce((least, bound) => Exact.min(least, bound));
  return roundToStep(Exact.max(most, 0), pair ?? 0);
}

import {
  toDecimal28,
  compare,
  HUNDRED,
  subtract,
  ONE,
  divide,
  add,
  round,
  round8,
  fixed8,
  fromFixed8,
  toFixed6,
  multiply,
  type Decimal28,
  type Fixed6,
  type Fixed8,
  type Rounding,
} from "../../base/amount.ts";
import type { Side } from "../model.ts";
import { FEE_RATE } from "../orderKinds.ts";
import type { ExchangeState } from "../state.ts";

/** The terms of a live fill. */
export interface Execution {
  readonly price: Fixed8;
  /** In percent. */
  readonly slippage: Fixed6;
  /** Quantity times price, in the quote asset. */
  readonly gross: Fixed8;
  readonly fee: Fixed8;
}

const IMPACT = toDecimal28("0.1");
/** The slippage of an order that is small against the volume, and of every order in a backtest. */
export const MIN_SLIPPAGE: Decimal28 = toDecimal28("0.0001");
const MAX_SLIPPAGE = toDecimal28("0.10");

/** The fraction of the price by which an order moves it to its own disadvantage. */
function slippageOf(quantity: Decimal28, reference: Decimal28, volume: Decimal28 | undefined): Decimal28 {
  if (volume === undefined || volume.units <= 0n) return MIN_SLIPPAGE;
  const impact = multiply(IMPACT, multiply(quantity, reference));
  const traded = multiply(volume, reference);
  // Almost every order is small, and a product is faster than the quotient.
  if (compare(multiply(traded, MIN_SLIPPAGE), impact) >= 0) return MIN_SLIPPAGE;
  const share = divide(impact, traded);
  return compare(share, MAX_SLIPPAGE) > 0 ? MAX_SLIPPAGE : compare(share, MIN_SLIPPAGE) < 0 ? MIN_SLIPPAGE : share;
}

/**
 * Computes the fill of an order at a reference price. The fill is never worse than `limit`; the platform has no such
 * bound.
 */
export function computeExecution(
  state: ExchangeState,
  symbol: string,
  side: Side,
  quantity: Decimal28,
  reference: Decimal28,
  limit?: Fixed8,
): Execution {
  const slip = slippageOf(quantity, reference, state.market.volume(symbol, state.now));
  let price = fixed8(slippedPrice(side, reference, slip).units);
  let slippage = toFixed6(multiply(slip, HUNDRED));
  if (limit !== undefined && (side === "buy" ? price > limit : price < limit)) {
    price = limit;
    const moved = subtract(fromFixed8(price), reference);
    const share = divide(side === "buy" ? moved : subtract(reference, fromFixed8(price)), reference);
    slippage = toFixed6(multiply(share, HUNDRED));
  }
  const { gross, fee } = chargesOf(quantity, fromFixed8(price), FEE_RATE, "half-even");
  return { price, slippage, gross: fixed8(gross.units), fee: fixed8(fee.units) };
}

/** A price moved to an order's disadvantage, with 8 decimals. */
export function slippedPrice(side: Side, reference: Decimal28, slippage: Decimal28): Decimal28 {
  return round8(multiply(reference, side === "buy" ? add(ONE, slippage) : subtract(ONE, slippage)));
}

/** Quantity times price and the fee for it, both with 8 decimals. */
export function chargesOf(
  quantity: Decimal28,
  price: Decimal28,
  feeRate: Decimal28,
  rounding: Rounding,
): { readonly gross: Decimal28; readonly fee: Decimal28 } {
  const gross = round(multiply(quantity, price), 8, rounding);
  return { gross, fee: round(multiply(gross, feeRate), 8, rounding) };
}

import {
  amountOf,
  compare,
  HUNDRED,
  kept,
  minus,
  ONE,
  over,
  plus,
  rescaled,
  rounded,
  stored,
  times,
  type Amount,
  type Stored,
} from "../base/amount.ts";
import type { Side } from "./model.ts";
import type { World } from "./world.ts";

/** At what an order is carried out, and what changes hands. */
export interface Execution {
  readonly price: Stored;
  /** In percent, in units of 1e-6. */
  readonly slippage: bigint;
  /** Quantity times price, in the quote asset. */
  readonly gross: Stored;
  readonly fee: Stored;
}

/** Share of the value that both sides of a trade pay. */
export const FEE_RATE: Amount = amountOf("0.001");

const IMPACT = amountOf("0.1");
const LEAST_SLIPPAGE = amountOf("0.0001");
const MOST_SLIPPAGE = amountOf("0.10");

/** The share of the price that an order moves it by, against itself. */
function slippageOf(quantity: Amount, reference: Amount, volume: Amount | undefined): Amount {
  if (volume === undefined || volume.units <= 0n) return LEAST_SLIPPAGE;
  const impact = times(IMPACT, times(quantity, reference));
  const traded = times(volume, reference);
  // Nearly every order is small, and a product is quicker than the quotient.
  if (compare(times(traded, LEAST_SLIPPAGE), impact) >= 0) return LEAST_SLIPPAGE;
  const share = over(impact, traded);
  return compare(share, MOST_SLIPPAGE) > 0
    ? MOST_SLIPPAGE
    : compare(share, LEAST_SLIPPAGE) < 0
      ? LEAST_SLIPPAGE
      : share;
}

/**
 * Carries an order out around a reference price. `limit` is a price that the trade may not be worse than;
 * the platform knows none.
 */
export function executionOf(
  world: World,
  symbol: string,
  side: Side,
  quantity: Amount,
  reference: Amount,
  limit?: Stored,
): Execution {
  const slip = slippageOf(quantity, reference, world.market.volume(symbol, world.now));
  const factor = side === "buy" ? plus(ONE, slip) : minus(ONE, slip);
  let price = rounded(times(reference, factor), 8, "half-away").units;
  let slippage = rescaled(times(slip, HUNDRED), 6, "half-away");
  if (limit !== undefined && (side === "buy" ? price > limit : price < limit)) {
    price = limit;
    const moved = minus(stored(price), reference);
    const share = over(side === "buy" ? moved : minus(reference, stored(price)), reference);
    slippage = rescaled(times(share, HUNDRED), 6, "half-away");
  }
  const gross = rounded(times(quantity, stored(price)), 8);
  return { price, slippage, gross: gross.units, fee: feeOf(gross) };
}

function feeOf(gross: Amount): Stored {
  return rescaled(times(gross, FEE_RATE), 8, "half-even");
}

/** What a buy order sets aside: its value at its own price and a thousandth more, unrounded. */
export function lockAmount(side: Side, quantity: Amount, price: Amount): Amount {
  if (side === "sell") return quantity;
  const value = times(quantity, price);
  return plus(value, times(value, FEE_RATE));
}

/** What storing an order's lock moves in the wallet. */
export function lockUnits(side: Side, quantity: Amount, price: Amount): Stored {
  return kept(lockAmount(side, quantity, price));
}

import type { OrderType, Side } from "../../endpoints/index.ts";
import { Exact, roundAmount, type Decimal } from "../../wire/index.ts";
import type { PlannedOrder } from "./plannedOrder.ts";

/** The share of a trade's value that both sides pay. */
export const FEE_RATE: Decimal = new Exact("0.001");

const IMPACT = new Exact("0.1");
const MIN_SLIPPAGE = new Exact("0.0001");
const MAX_SLIPPAGE = new Exact("0.1");

/** The terms of a fill, as the platform computes them. Amounts are in USDT. */
export interface OrderFill {
  readonly price: Decimal;
  readonly slippagePct: Decimal;
  /** Quantity times price. */
  readonly value: Decimal;
  readonly fee: Decimal;
  /** What a buy pays or a sell receives. */
  readonly total: Decimal;
}

/** A pair's last price, and its traded volume in the base asset; null if there is no ticker. */
export interface OrderQuote {
  readonly price: Decimal;
  readonly volume: Decimal | null;
}

/** The move that makes a waiting order execute, by type and side. */
const TRIGGERS: Readonly<Record<Exclude<OrderType, "market">, Readonly<Record<Side, "fall" | "rise">>>> = {
  limit: { buy: "fall", sell: "rise" },
  // The side does not matter on the platform.
  stop_loss: { buy: "fall", sell: "fall" },
  take_profit: { buy: "rise", sell: "rise" },
};

/** Whether the present price executes an order: at once, or within a second for one that is accepted first. */
export function executesAt({ type, side, price }: PlannedOrder, quote: Decimal): boolean {
  if (type === "market" || price === null) return true;
  return TRIGGERS[type][side] === "fall" ? quote.lte(price) : quote.gte(price);
}

/** The fill of a quantity at a reference price: slippage is always against the trader and grows with the quantity. */
export function fillAt(side: Side, quantity: Decimal, reference: Decimal, volume: Decimal | null): OrderFill {
  const slippage = slippageOf(quantity, reference, volume);
  const factor = side === "buy" ? new Exact(1).plus(slippage) : new Exact(1).minus(slippage);
  const price = roundAmount(new Exact(reference).times(factor));
  const value = roundEven(new Exact(quantity).times(price));
  const fee = roundEven(value.times(FEE_RATE));
  return {
    price,
    slippagePct: slippage.times(100).toDecimalPlaces(6, Exact.ROUND_HALF_UP),
    value,
    fee,
    total: side === "buy" ? value.plus(fee) : value.minus(fee),
  };
}

/** The most that an order can be worth: at the larger of quote and own price, with slippage and fee, rounded up. */
export function worstCaseValue({ quantity, price }: PlannedOrder, quote: OrderQuote): Decimal {
  const reference = price === null ? new Exact(quote.price) : Exact.max(quote.price, price);
  const slipped = reference.times(new Exact(1).plus(slippageOf(quantity, reference, quote.volume)));
  const value = slipped.toDecimalPlaces(8, Exact.ROUND_UP).times(quantity).toDecimalPlaces(8, Exact.ROUND_UP);
  return value.plus(value.times(FEE_RATE).toDecimalPlaces(8, Exact.ROUND_UP));
}

/** What a waiting order locks, unrounded: cash with the fee for a buy, the quantity for a sell. */
export function lockedBy({ side, quantity, price }: PlannedOrder): Decimal {
  if (side === "sell" || price === null) return quantity;
  const value = new Exact(quantity).times(price);
  return value.plus(value.times(FEE_RATE));
}

/** The fraction of the price. In the platform's order of operations, since each is rounded to 28 digits. */
function slippageOf(quantity: Decimal, reference: Decimal, volume: Decimal | null): Decimal {
  if (volume === null || volume.lte(0)) return MIN_SLIPPAGE;
  const impact = IMPACT.times(new Exact(quantity).times(reference));
  const share = impact.div(new Exact(volume).times(reference));
  return Exact.min(Exact.max(share, MIN_SLIPPAGE), MAX_SLIPPAGE);
}

function roundEven(amount: Decimal): Decimal {
  return amount.toDecimalPlaces(8, Exact.ROUND_HALF_EVEN);
}

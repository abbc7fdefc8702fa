import { toDecimal28, subtract, ONE, add, rescale, round, multiply, type Decimal28 } from "../base/amount.ts";
import { mersenne } from "./mersenne.ts";

/** One level of an order book, formatted as the platform does. */
export interface BookLevel {
  readonly price: string;
  readonly quantity: string;
}

/** A synthetic order book around the last price. */
export interface Orderbook {
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

const STEP = toDecimal28("0.0001");
const THOUSAND = 1000n;

/** Builds the book of a price: the same price always has the same book. With `collapses`, prices keep at most 6 decimals. */
export function buildOrderbook(last: Decimal28, depth: number, collapses = false): Orderbook {
  const whole = rescale(last, 0, "down");
  const defaultDecimals = whole >= THOUSAND ? 2 : whole >= 1n ? 4 : 6;
  const decimals = collapses ? defaultDecimals : Math.max(defaultDecimals, decimalsForStep(multiply(last, STEP)));
  const generator = mersenne(rescale(multiply(last, { units: 100n, scale: 0 }), 0, "down"));
  const bids: BookLevel[] = [];
  const asks: BookLevel[] = [];
  for (let level = 1; level <= depth; level++) {
    const distance = multiply(STEP, { units: BigInt(level), scale: 0 });
    bids.push({
      price: formatPrice(multiply(last, subtract(ONE, distance)), decimals),
      quantity: formatQuantity(generator.fraction()),
    });
    asks.push({
      price: formatPrice(multiply(last, add(ONE, distance)), decimals),
      quantity: formatQuantity(generator.fraction()),
    });
  }
  return { bids, asks };
}

/** The minimum number of decimals that keeps numbers one step apart distinct. */
function decimalsForStep(step: Decimal28): number {
  return Math.max(0, step.scale - step.units.toString().length + 1);
}

/** Formats with fixed decimals, never with an exponent. */
function formatPrice(price: Decimal28, decimals: number): string {
  const digits = round(price, decimals)
    .units.toString()
    .padStart(decimals + 1, "0");
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** Maps 0 to 1 to a quantity from 0.1 to 10, with 1 to 3 decimals. */
function formatQuantity(fraction: number): string {
  const thousandths = Math.round((0.1 + 9.9 * fraction) * 1000) / 1000;
  const text = String(thousandths);
  return text.includes(".") ? text : `${text}.0`;
}

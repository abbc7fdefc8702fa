import { toDecimal28, subtract, ONE, add, rescale, round, multiply, type Decimal28 } from "../base/amount.ts";
import { mersenne } from "./mersenne.ts";

/** One level of a book, in the texts of the platform. */
export interface BookLevel {
  readonly price: string;
  readonly quantity: string;
}

/** A synthetic book around a last price. */
export interface Orderbook {
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

const STEP = toDecimal28("0.0001");
const THOUSAND = 1000n;

/** The book of a price: the same price has the same book. `collapses` leaves it at 6 decimals, however low the price. */
export function buildOrderbook(last: Decimal28, depth: number, collapses = false): Orderbook {
  const whole = rescale(last, 0, "down");
  const usual = whole >= THOUSAND ? 2 : whole >= 1n ? 4 : 6;
  const decimals = collapses ? usual : Math.max(usual, decimalsOf(multiply(last, STEP)));
  const chance = mersenne(rescale(multiply(last, { units: 100n, scale: 0 }), 0, "down"));
  const bids: BookLevel[] = [];
  const asks: BookLevel[] = [];
  for (let level = 1; level <= depth; level++) {
    const away = multiply(STEP, { units: BigInt(level), scale: 0 });
    bids.push({
      price: priceText(multiply(last, subtract(ONE, away)), decimals),
      quantity: quantityText(chance.fraction()),
    });
    asks.push({
      price: priceText(multiply(last, add(ONE, away)), decimals),
      quantity: quantityText(chance.fraction()),
    });
  }
  return { bids, asks };
}

/** The fewest decimals at which numbers that are a step apart stay apart. */
function decimalsOf(step: Decimal28): number {
  return Math.max(0, step.scale - step.units.toString().length + 1);
}

/** Fixed decimals, also below a millionth. */
function priceText(price: Decimal28, decimals: number): string {
  const digits = round(price, decimals)
    .units.toString()
    .padStart(decimals + 1, "0");
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** 0.1 to 10 with up to 3 decimals, and always one. */
function quantityText(fraction: number): string {
  const thousandths = Math.round((0.1 + 9.9 * fraction) * 1000) / 1000;
  const text = String(thousandths);
  return text.includes(".") ? text : `${text}.0`;
}

import { amountOf, minus, ONE, plus, rescaled, rounded, times, type Amount } from "../base/amount.ts";
import { mersenne } from "./mersenne.ts";

/** One level of a book, in the texts of the platform. */
export interface BookLevel {
  readonly price: string;
  readonly quantity: string;
}

/** A synthetic book around a last price. */
export interface Book {
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

const STEP = amountOf("0.0001");
const THOUSAND = 1000n;

/** The book of a price: the same price has the same book. `collapses` leaves it at 6 decimals, however low the price. */
export function bookOf(last: Amount, depth: number, collapses = false): Book {
  const whole = rescaled(last, 0, "down");
  const usual = whole >= THOUSAND ? 2 : whole >= 1n ? 4 : 6;
  const decimals = collapses ? usual : Math.max(usual, decimalsOf(times(last, STEP)));
  const chance = mersenne(rescaled(times(last, { units: 100n, scale: 0 }), 0, "down"));
  const bids: BookLevel[] = [];
  const asks: BookLevel[] = [];
  for (let level = 1; level <= depth; level++) {
    const away = times(STEP, { units: BigInt(level), scale: 0 });
    bids.push({ price: priceText(times(last, minus(ONE, away)), decimals), quantity: quantityText(chance.fraction()) });
    asks.push({ price: priceText(times(last, plus(ONE, away)), decimals), quantity: quantityText(chance.fraction()) });
  }
  return { bids, asks };
}

/** The fewest decimals at which numbers that are a step apart stay apart. */
function decimalsOf(step: Amount): number {
  return Math.max(0, step.scale - step.units.toString().length + 1);
}

/** Fixed decimals, also below a millionth. */
function priceText(price: Amount, decimals: number): string {
  const digits = rounded(price, decimals)
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

import { at } from "./at.ts";

const NOISE = 1e-12;

/** Compensated sum: exact enough for values of very different magnitude. */
export function total(values: readonly number[]): number {
  let sum = 0;
  let compensation = 0;
  for (const value of values) {
    const next = sum + value;
    compensation += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return Number.isFinite(compensation) ? sum + compensation : sum;
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : total(values) / values.length;
}

/** The middle value, or the mean of the middle two; 0 for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? at(sorted, middle) : (at(sorted, middle - 1) + at(sorted, middle)) / 2;
}

/** Sample standard deviation; 0 for a single value. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return Math.sqrt(total(values.map((value) => (value - centre) * (value - centre))) / (values.length - 1));
}

/** Whether values differ by rounding errors only. Their deviation would be noise, and a ratio to it meaningless. */
export function areEqual(values: readonly number[]): boolean {
  const max = maximum(values);
  const min = minimum(values);
  return max - min <= NOISE * Math.max(Math.abs(max), Math.abs(min));
}

export function maximum(values: readonly number[]): number {
  return values.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY);
}

export function minimum(values: readonly number[]): number {
  return values.reduce((worst, value) => Math.min(worst, value), Number.POSITIVE_INFINITY);
}

/** Rounds to `decimals` decimals; exact ties go to the even digit. */
export function roundTo(value: number, decimals: number): number {
  // A double is an exact tie only if this product is an odd integer.
  const halves = value * 2 ** (decimals + 1);
  if (Number.isSafeInteger(halves) && Math.abs(halves % 2) === 1) {
    const below = Math.floor(value * 10 ** decimals);
    return (below % 2 === 0 ? below : below + 1) / 10 ** decimals;
  }
  return Number(value.toFixed(decimals));
}

const NOISE = 1e-12;

/** Sum with error compensation: the order of magnitude of the parts does not matter. */
export function total(values: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return Number.isFinite(lost) ? sum + lost : sum;
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : total(values) / values.length;
}

/** Of an even number of values the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Sample standard deviation; 0 for a single value. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return Math.sqrt(total(values.map((value) => (value - centre) * (value - centre))) / (values.length - 1));
}

/** Whether values differ by no more than rounding does: a deviation of them would be noise, and a ratio by it absurd. */
export function areEqual(values: readonly number[]): boolean {
  const most = maximum(values);
  const least = minimum(values);
  return most - least <= NOISE * Math.max(Math.abs(most), Math.abs(least));
}

export function maximum(values: readonly number[]): number {
  return values.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY);
}

export function minimum(values: readonly number[]): number {
  return values.reduce((worst, value) => Math.min(worst, value), Number.POSITIVE_INFINITY);
}

/** The nearest number of so many decimals; exact ties go to the even one. */
export function roundTo(value: number, decimals: number): number {
  // A double lies exactly between two such numbers only if it ends in this binary digit.
  const halves = value * 2 ** (decimals + 1);
  if (Number.isSafeInteger(halves) && Math.abs(halves % 2) === 1) {
    const below = Math.floor(value * 10 ** decimals);
    return (below % 2 === 0 ? below : below + 1) / 10 ** decimals;
  }
  return Number(value.toFixed(decimals));
}

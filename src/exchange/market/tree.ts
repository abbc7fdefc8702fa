import { at, floatAt, wordAt } from "../base/at.ts";
import { bitsInRow, rowKey } from "../base/random.ts";

/**
 * Time is a binary tree: a root spans 2^24 seconds (194 days), its halves 2^23, and so on down to single seconds. The
 * values of a node depend only on its position, so times can be read in any order.
 */
export const ROOT_LEVEL = 24;
export const ROOT_SPAN: number = 2 ** ROOT_LEVEL;

/** The maximum absolute value of {@link noiseAt}. Rarer values are clipped, so that bounds are tight. */
export const MAX_NOISE = 0.72;

const MIDDLE = 510;
/** The noise for each sum of four bytes. */
const NOISES = Float64Array.from({ length: 2 * MIDDLE + 1 }, (_, sum) =>
  Math.max(-MAX_NOISE, Math.min(MAX_NOISE, (sum - MIDDLE) / MIDDLE)),
);

/** The keys of all levels, for {@link noiseAt}. Another `offset` gives independent noise. */
export function noiseRows(key: number, offset = 0): Uint32Array {
  return Uint32Array.from({ length: ROOT_LEVEL + 2 }, (_, level) => rowKey(key, offset + level));
}

/** Bell-shaped noise of a node around zero: the sum of four random bytes. */
export function noiseAt(rows: Uint32Array, level: number, index: number): number {
  return noiseInRow(wordAt(rows, level), index);
}

/** {@link noiseAt} for a level whose key is known. */
export function noiseInRow(key: number, index: number): number {
  const bits = bitsInRow(key, index);
  const halves = (bits & 0xff00ff) + ((bits >>> 8) & 0xff00ff);
  return floatAt(NOISES, (halves & 0xffff) + (halves >>> 16));
}

/** Standard deviation of {@link noiseAt}: that of four uniform bytes, divided by 510. */
export const NOISE_DEVIATION: number = Math.sqrt((4 * (256 * 256 - 1)) / 12) / MIDDLE;

const TENS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12] as const;

/** `value x 10^decimals`. `10 ** n` does not have the same last bit on all platforms. */
export function shiftDecimals(value: number, decimals: number): number {
  const power = at(TENS, Math.abs(decimals));
  return decimals >= 0 ? value * power : value / power;
}

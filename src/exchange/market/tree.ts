import { at } from "../base/at.ts";
import { bitsAt } from "../base/random.ts";

/**
 * Time is a binary tree: a root spans 2^24 seconds (194 days), its halves 2^23, and so on down to single seconds. The
 * values of a node depend only on its position, so times can be read in any order.
 */
export const ROOT_LEVEL = 24;
export const ROOT_SPAN: number = 2 ** ROOT_LEVEL;

/** The maximum absolute value of {@link noiseAt}. Rarer values are clipped, so that bounds are tight. */
export const MAX_NOISE = 0.72;

/** Bell-shaped noise of a node around zero: the sum of four random bytes. */
export function noiseAt(key: number, level: number, index: number): number {
  const bits = bitsAt(key, level, index);
  const noise = ((bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510) / 510;
  return noise > MAX_NOISE ? MAX_NOISE : noise < -MAX_NOISE ? -MAX_NOISE : noise;
}

/** Standard deviation of {@link noiseAt}: that of four uniform bytes, divided by 510. */
export const NOISE_DEVIATION: number = Math.sqrt((4 * (256 * 256 - 1)) / 12) / 510;

const TENS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12] as const;

/** `value x 10^decimals`. `10 ** n` does not have the same last bit on all platforms. */
export function shiftDecimals(value: number, decimals: number): number {
  const power = at(TENS, Math.abs(decimals));
  return decimals >= 0 ? value * power : value / power;
}

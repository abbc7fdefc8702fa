import { bitsAt } from "../base/random.ts";

/**
 * Time as a binary tree: a root spans 2^24 seconds (194 days), its halves 2^23 and so on down to single
 * seconds. What happens at a node depends on its place only, so every moment can be looked at in any order.
 */
export const ROOT_LEVEL = 24;
export const ROOT_SPAN: number = 2 ** ROOT_LEVEL;

/** The most that {@link noiseAt} strays from zero: rarer values are cut, so that bounds are close. */
export const MOST_NOISE = 0.72;

/** A number around zero that belongs to a node, bell-shaped: the sum of the four bytes of its bits. */
export function noiseAt(key: number, level: number, index: number): number {
  const bits = bitsAt(key, level, index);
  const noise = ((bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510) / 510;
  return noise > MOST_NOISE ? MOST_NOISE : noise < -MOST_NOISE ? -MOST_NOISE : noise;
}

/** Standard deviation of {@link noiseAt}: of four even bytes, over 510. */
export const NOISE_DEVIATION: number = Math.sqrt((4 * (256 * 256 - 1)) / 12) / 510;

const TENS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12] as const;

/** `value x 10^decimals`; `10 ** n` would not have the same last bit everywhere. */
export function shifted(value: number, decimals: number): number {
  return decimals >= 0 ? value * (TENS[decimals] as number) : value / (TENS[-decimals] as number);
}

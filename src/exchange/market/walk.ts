import { at, floatAt, wordAt } from "../base/at.ts";
import { deriveKey } from "../base/random.ts";
import { DAY, SECOND } from "../time/units.ts";
import type { PairProfile } from "./pairs.ts";
import { MAX_NOISE, NOISE_DEVIATION, noiseAt, noiseInRow, noiseRows, ROOT_LEVEL } from "./tree.ts";

/**
 * A random walk by midpoint displacement: the middle of a span is the mean of its ends plus noise in proportion to the
 * square root of its length. Candles of every length therefore show the same prices. The walk is the logarithm of the
 * price. Only + - * / and square roots are used, because their results are identical on all platforms.
 */
export interface Walk {
  /** Noise of the whole market, of its volatility and of the pair. */
  readonly shared: Uint32Array;
  readonly sharedVolatility: Uint32Array;
  readonly own: Uint32Array;
  readonly sharedWeight: number;
  readonly ownWeight: number;
  /** Displacement of a middle for a noise of 1, by level. */
  readonly step: Float64Array;
  /** How far the walk can get beyond the ends of a span, by level, for a volatility of 1. */
  readonly reach: Float64Array;
}

// Volatility factors of weeks and hours: some are quiet, some are wild.
const VOLATILITIES = [0.6, 0.8, 1, 1, 1.25, 1.6] as const;
const MAX_VOLATILITY = 1.6;
const WEEK_LEVEL = 19;
const HOUR_LEVEL = 14;

/** Whether the spans of a level have volatility factors of their own. */
export function isVolatile(level: number): boolean {
  return level === WEEK_LEVEL || level === HOUR_LEVEL;
}

/**
 * Bounds the moves that add up at one second. Where a level moves the walk by a share `x` of its largest move, the next
 * level moves it by at most `min(2x, 2 - 2x)` of its own, since the middle of a span is an end of the spans below. A
 * level's move is at least 0.7 of that above it, so 0.58 of the one and 0.42 of the other are together at most
 * 0.29 and 0.42 of their largest: 0.71 of every level's, and at the last level, which has none below, 0.29 more.
 */
const SHARE = 0.71;

/** The walk of a pair. */
export function createWalk(seed: number, { symbol, correlation, dailyVolatility }: PairProfile): Walk {
  const sharedKey = deriveKey(seed, "price/market");
  const ownWeight = Math.sqrt(1 - correlation * correlation);
  const perSecond = dailyVolatility / Math.sqrt(DAY / SECOND);
  const step = new Float64Array(ROOT_LEVEL + 1);
  const reach = new Float64Array(ROOT_LEVEL + 1);
  for (let level = 0; level <= ROOT_LEVEL; level++) {
    step[level] = (perSecond * Math.sqrt(2 ** level)) / 2 / NOISE_DEVIATION;
    const move = floatAt(step, level) * MAX_NOISE * (correlation + ownWeight);
    // Seconds have no inside: level 0 stands for what level 1 has more.
    reach[level] =
      level === 0 ? move / 2 : (floatAt(reach, level - 1) + move * SHARE) * (isVolatile(level) ? MAX_VOLATILITY : 1);
  }
  return {
    shared: noiseRows(sharedKey),
    sharedVolatility: noiseRows(sharedKey, 64),
    own: noiseRows(deriveKey(seed, `price/${symbol}`)),
    sharedWeight: correlation,
    ownWeight,
    step,
    reach,
  };
}

function noiseOf({ shared, own, sharedWeight, ownWeight }: Walk, level: number, index: number): number {
  const noise = sharedWeight * noiseInRow(wordAt(shared, level), index);
  return ownWeight === 0 ? noise : noise + ownWeight * noiseInRow(wordAt(own, level), index);
}

/** The walk between the roots `index - 1` and `index`. */
export function rootKnot(walk: Walk, index: number): number {
  return noiseOf(walk, ROOT_LEVEL + 1, index) * floatAt(walk.step, ROOT_LEVEL) * 1.4;
}

/** The volatility inside a span, whose own is `volatility`. */
export function volatilityInside(walk: Walk, level: number, index: number, volatility: number): number {
  if (!isVolatile(level)) return volatility;
  const weight = (noiseAt(walk.sharedVolatility, level, index) / MAX_NOISE + 1) / 2;
  return volatility * at(VOLATILITIES, Math.min(VOLATILITIES.length - 1, Math.floor(weight * VOLATILITIES.length)));
}

/** The walk in the middle of a span. */
export function middleOf(
  walk: Walk,
  level: number,
  index: number,
  left: number,
  right: number,
  volatility: number,
): number {
  return (left + right) / 2 + noiseOf(walk, level, index) * floatAt(walk.step, level) * volatility;
}

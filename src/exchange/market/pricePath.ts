import { at, floatAt } from "../base/at.ts";
import { deriveKey } from "../base/random.ts";
import { DAY, SECOND } from "../time/units.ts";
import type { PairProfile } from "./pairs.ts";
import { MAX_NOISE, NOISE_DEVIATION, noiseAt, ROOT_LEVEL, ROOT_SPAN, shiftDecimals } from "./tree.ts";

/** The price of a pair in every second, in ticks (units of the last decimal). */
export interface PricePath {
  at(second: number): number;
  highest(from: number, to: number): number;
  lowest(from: number, to: number): number;
  /** The first second of `[from, to]` with a price `<= below` or `>= above`. */
  firstOutside(from: number, to: number, below: number, above: number): number | undefined;
}

// Volatility factors of weeks and hours: some are quiet, some are wild.
const VOLATILITIES = [0.6, 0.8, 1, 1, 1.25, 1.6] as const;
const MAX_VOLATILITY = 1.6;
const WEEK_LEVEL = 19;
const HOUR_LEVEL = 14;

/** Visits a span of the tree: its position and the walk at its ends. Returns true to stop. */
type Visit = (level: number, index: number, left: number, right: number, volatility: number) => boolean;

/**
 * A random walk by midpoint displacement: the middle of a span is the mean of its ends plus noise in proportion to the
 * square root of its length. Candles of every length therefore show the same prices. The walk is the logarithm of the
 * price. Only + - * / and square roots are used, because their results are identical on all platforms.
 */
export function pricePath(seed: number, profile: PairProfile): PricePath {
  const shared = deriveKey(seed, "price/market");
  const own = deriveKey(seed, `price/${profile.symbol}`);
  const sharedWeight = profile.correlation;
  const ownWeight = Math.sqrt(1 - sharedWeight * sharedWeight);
  const base = shiftDecimals(profile.price, profile.decimals);
  const perSecond = profile.dailyVolatility / Math.sqrt(DAY / SECOND);
  const step = Float64Array.from(
    { length: ROOT_LEVEL + 1 },
    (_, level) => (perSecond * Math.sqrt(2 ** level)) / 2 / NOISE_DEVIATION,
  );
  // The maximum distance of the walk from a span's ends inside it, for a volatility of 1.
  const reach = new Float64Array(ROOT_LEVEL + 1);
  for (let level = 1; level <= ROOT_LEVEL; level++) {
    const factor = level === WEEK_LEVEL || level === HOUR_LEVEL ? MAX_VOLATILITY : 1;
    reach[level] = (floatAt(reach, level - 1) + floatAt(step, level) * MAX_NOISE * (sharedWeight + ownWeight)) * factor;
  }

  const noise = (level: number, index: number): number =>
    sharedWeight * noiseAt(shared, level, index) + (ownWeight === 0 ? 0 : ownWeight * noiseAt(own, level, index));
  const rootKnot = (index: number): number => noise(ROOT_LEVEL + 1, index) * floatAt(step, ROOT_LEVEL) * 1.4;
  const volatilityBelow = (level: number, index: number, volatility: number): number =>
    level === WEEK_LEVEL || level === HOUR_LEVEL ? volatility * volatilityOf(shared, level, index) : volatility;
  const middleOf = (level: number, index: number, left: number, right: number, volatility: number): number =>
    (left + right) / 2 + noise(level, index) * floatAt(step, level) * volatility;
  const ticks = (x: number): number => Math.max(1, Math.round(base * growth(x)));

  // Neighbouring seconds share most of their path down the tree, so the last path is cached level by level.
  const positions = new Float64Array(ROOT_LEVEL + 1).fill(Number.NaN); // empty
  const lefts = new Float64Array(ROOT_LEVEL + 1);
  const rights = new Float64Array(ROOT_LEVEL + 1);
  const volatilities = new Float64Array(ROOT_LEVEL + 1).fill(1);

  /** The walk at a second. */
  function walk(second: number): number {
    let level = 0;
    while (level < ROOT_LEVEL && positions[level] !== Math.floor(second / (1 << level))) level++;
    const root = Math.floor(second / ROOT_SPAN);
    if (level === ROOT_LEVEL && positions[level] !== root) {
      positions[level] = root;
      lefts[level] = rootKnot(root);
      rights[level] = rootKnot(root + 1);
    }
    for (; level > 0; level--) {
      const index = floatAt(positions, level);
      const left = floatAt(lefts, level);
      const right = floatAt(rights, level);
      const volatility = volatilityBelow(level, index, floatAt(volatilities, level));
      const middle = middleOf(level, index, left, right, volatility);
      const half = Math.floor(second / (1 << (level - 1)));
      const isRight = half !== index * 2;
      positions[level - 1] = half;
      lefts[level - 1] = isRight ? middle : left;
      rights[level - 1] = isRight ? right : middle;
      volatilities[level - 1] = volatility;
    }
    return floatAt(lefts, 0);
  }

  function overRoots(from: number, to: number, visit: Visit): void {
    for (let root = Math.floor(from / ROOT_SPAN); root * ROOT_SPAN <= to; root++) {
      if (visit(ROOT_LEVEL, root, rootKnot(root), rootKnot(root + 1), 1)) return;
    }
  }

  /** The maximum (`sign` 1) or minimum (-1) of the walk in `[from, to]`. Skips spans that cannot contain it. */
  function extreme(from: number, to: number, sign: 1 | -1): number {
    let best = Math.max(sign * walk(from), sign * walk(to));
    const visit: Visit = (level, index, left, right, volatility) => {
      const span = 1 << level;
      const start = index * span;
      if (start > to || start + span - 1 < from) return false;
      if (level === 0) {
        best = Math.max(best, sign * left);
        return false;
      }
      if (Math.max(sign * left, sign * right) + floatAt(reach, level) * volatility <= best) return false;
      const below = volatilityBelow(level, index, volatility);
      const middle = middleOf(level, index, left, right, below);
      // The likelier half first, so that the other one can often be skipped.
      const leftFirst = sign * left > sign * right;
      if (leftFirst) visit(level - 1, index * 2, left, middle, below);
      visit(level - 1, index * 2 + 1, middle, right, below);
      if (!leftFirst) visit(level - 1, index * 2, left, middle, below);
      return false;
    };
    overRoots(from, to, visit);
    return sign * best;
  }

  /** The value of the walk at which the price reaches `price` ticks, by bisection. */
  function walkAtPrice(price: number): number {
    let low = -32;
    let high = 32;
    for (let halving = 0; halving < 60; halving++) {
      const middle = (low + high) / 2;
      if (ticks(middle) >= price) high = middle;
      else low = middle;
    }
    return high;
  }

  return {
    at: (second) => ticks(walk(second)),
    highest: (from, to) => ticks(extreme(from, to, 1)),
    lowest: (from, to) => ticks(extreme(from, to, -1)),
    firstOutside(from, to, below, above) {
      const low = below < 1 ? -64 : walkAtPrice(below + 1);
      const high = above === Number.POSITIVE_INFINITY ? 64 : walkAtPrice(above);
      let found: number | undefined;
      const visit: Visit = (level, index, left, right, volatility) => {
        const span = 1 << level;
        const start = index * span;
        if (start > to || start + span - 1 < from) return false;
        if (level === 0) {
          const price = ticks(left);
          if (price > below && price < above) return false;
          found = start;
          return true;
        }
        const margin = floatAt(reach, level) * volatility;
        if (Math.min(left, right) - margin > low && Math.max(left, right) + margin < high) return false;
        const under = volatilityBelow(level, index, volatility);
        const middle = middleOf(level, index, left, right, under);
        return (
          visit(level - 1, index * 2, left, middle, under) || visit(level - 1, index * 2 + 1, middle, right, under)
        );
      };
      overRoots(from, to, visit);
      return found;
    },
  };
}

function volatilityOf(key: number, level: number, index: number): number {
  const weight = (noiseAt(key, 64 + level, index) / MAX_NOISE + 1) / 2;
  return at(VOLATILITIES, Math.min(VOLATILITIES.length - 1, Math.floor(weight * VOLATILITIES.length)));
}

/** Approximates e^x for the small x of a walk by multiplications only: (1 + x/64)^64. Positive and increasing. */
function growth(x: number): number {
  let power = Math.max(0.5, 1 + x / 64);
  for (let doubling = 0; doubling < 6; doubling++) power *= power;
  return power;
}

import { deriveKey } from "../base/random.ts";
import type { PairProfile } from "./pairs.ts";
import { MOST_NOISE, NOISE_DEVIATION, noiseAt, ROOT_LEVEL, ROOT_SPAN, shifted } from "./tree.ts";

/** The price of a pair, second by second, in ticks (the price's last decimal). */
export interface PricePath {
  at(second: number): number;
  highest(from: number, to: number): number;
  lowest(from: number, to: number): number;
  /** The first second of `[from, to]` with a price `<= below` or `>= above`. */
  firstOutside(from: number, to: number, below: number, above: number): number | undefined;
}

// Weeks and hours have a mood of their own: quiet, usual, wild.
const MOODS = [0.6, 0.8, 1, 1, 1.25, 1.6] as const;
const MOST_MOOD = 1.6;
const WEEK_LEVEL = 19;
const HOUR_LEVEL = 14;
// A power is slow to compute, and a look at a price needs dozens.
const SPANS: readonly number[] = Array.from({ length: ROOT_LEVEL + 1 }, (_, level) => 2 ** level);

/** A span of the tree: its place and what the walk is at its ends. */
type Visit = (level: number, index: number, left: number, right: number, mood: number) => boolean;

/**
 * A random walk by midpoint displacement: the middle of a span is the mean of its ends plus noise in
 * proportion to the root of its length, so candles of every length are the same prices seen coarser.
 * The walk is of the price's logarithm; only + - * / and roots are used, whose last bit is the same everywhere.
 */
export function pricePath(seed: number, profile: PairProfile): PricePath {
  const shared = deriveKey(seed, "price/market");
  const own = deriveKey(seed, `price/${profile.symbol}`);
  const sharedWeight = profile.correlation;
  const ownWeight = Math.sqrt(1 - sharedWeight * sharedWeight);
  const base = shifted(profile.price, profile.decimals);
  const perSecond = profile.dailyVolatility / Math.sqrt(86_400);
  const step = Array.from(
    { length: ROOT_LEVEL + 1 },
    (_, level) => (perSecond * Math.sqrt(2 ** level)) / 2 / NOISE_DEVIATION,
  );
  // How far the walk can stray from a span's ends inside it, in a mood of 1 that does not change below.
  const reach: number[] = [0];
  for (let level = 1; level <= ROOT_LEVEL; level++) {
    const wilder = level === WEEK_LEVEL || level === HOUR_LEVEL ? MOST_MOOD : 1;
    reach.push(
      ((reach[level - 1] as number) + (step[level] as number) * MOST_NOISE * (sharedWeight + ownWeight)) * wilder,
    );
  }

  const noise = (level: number, index: number): number =>
    sharedWeight * noiseAt(shared, level, index) + (ownWeight === 0 ? 0 : ownWeight * noiseAt(own, level, index));
  const rootKnot = (index: number): number => noise(ROOT_LEVEL + 1, index) * (step[ROOT_LEVEL] as number) * 1.4;
  const moodBelow = (level: number, index: number, mood: number): number =>
    level === WEEK_LEVEL || level === HOUR_LEVEL ? mood * moodOf(shared, level, index) : mood;
  const middleOf = (level: number, index: number, left: number, right: number, mood: number): number =>
    (left + right) / 2 + noise(level, index) * (step[level] as number) * mood;
  const ticks = (x: number): number => Math.max(1, Math.round(base * growth(x)));

  // Neighbouring seconds share most of their way down: where the last look-up went, level by level.
  const places = new Float64Array(ROOT_LEVEL + 1).fill(Number.NaN); // nowhere yet
  const lefts = new Float64Array(ROOT_LEVEL + 1);
  const rights = new Float64Array(ROOT_LEVEL + 1);
  const moods = new Float64Array(ROOT_LEVEL + 1).fill(1);

  /** The walk at a second. */
  function walk(second: number): number {
    let level = 0;
    while (level < ROOT_LEVEL && places[level] !== Math.floor(second / (SPANS[level] as number))) level++;
    const root = Math.floor(second / ROOT_SPAN);
    if (level === ROOT_LEVEL && places[level] !== root) {
      places[level] = root;
      lefts[level] = rootKnot(root);
      rights[level] = rootKnot(root + 1);
    }
    for (; level > 0; level--) {
      const index = places[level] as number;
      const left = lefts[level] as number;
      const right = rights[level] as number;
      const mood = moodBelow(level, index, moods[level] as number);
      const middle = middleOf(level, index, left, right, mood);
      const half = Math.floor(second / (SPANS[level - 1] as number));
      const isRight = half !== index * 2;
      places[level - 1] = half;
      lefts[level - 1] = isRight ? middle : left;
      rights[level - 1] = isRight ? right : middle;
      moods[level - 1] = mood;
    }
    return lefts[0] as number;
  }

  function overRoots(from: number, to: number, visit: Visit): void {
    for (let root = Math.floor(from / ROOT_SPAN); root * ROOT_SPAN <= to; root++) {
      if (visit(ROOT_LEVEL, root, rootKnot(root), rootKnot(root + 1), 1)) return;
    }
  }

  /** The greatest (`sign` 1) or least (-1) value of the walk in `[from, to]`, passing over spans that cannot hold it. */
  function extreme(from: number, to: number, sign: 1 | -1): number {
    let best = Math.max(sign * walk(from), sign * walk(to));
    const visit: Visit = (level, index, left, right, mood) => {
      const span = SPANS[level] as number;
      const start = index * span;
      if (start > to || start + span - 1 < from) return false;
      if (level === 0) {
        best = Math.max(best, sign * left);
        return false;
      }
      if (Math.max(sign * left, sign * right) + (reach[level] as number) * mood <= best) return false;
      const below = moodBelow(level, index, mood);
      const middle = middleOf(level, index, left, right, below);
      // The likelier half first, so that the other one can be passed over.
      const leftFirst = sign * left > sign * right;
      if (leftFirst) visit(level - 1, index * 2, left, middle, below);
      visit(level - 1, index * 2 + 1, middle, right, below);
      if (!leftFirst) visit(level - 1, index * 2, left, middle, below);
      return false;
    };
    overRoots(from, to, visit);
    return sign * best;
  }

  /** The walk's value where the price first reaches `price` ticks. */
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
      const visit: Visit = (level, index, left, right, mood) => {
        const span = SPANS[level] as number;
        const start = index * span;
        if (start > to || start + span - 1 < from) return false;
        if (level === 0) {
          const price = ticks(left);
          if (price > below && price < above) return false;
          found = start;
          return true;
        }
        const stray = (reach[level] as number) * mood;
        if (Math.min(left, right) - stray > low && Math.max(left, right) + stray < high) return false;
        const under = moodBelow(level, index, mood);
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

function moodOf(key: number, level: number, index: number): number {
  const weight = (noiseAt(key, 64 + level, index) / MOST_NOISE + 1) / 2;
  return MOODS[Math.min(MOODS.length - 1, Math.floor(weight * MOODS.length))] as number;
}

/** Close to e^x for the small x of a walk, positive and rising, by multiplications alone: (1 + x/64)^64. */
function growth(x: number): number {
  let power = Math.max(0.5, 1 + x / 64);
  for (let doubling = 0; doubling < 6; doubling++) power *= power;
  return power;
}

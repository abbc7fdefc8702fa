import { floatAt } from "../base/at.ts";
import { extremeOf } from "./extremes.ts";
import type { PairProfile } from "./pairs.ts";
import { shiftDecimals } from "./tree.ts";
import { createWalk, middleOf, volatilityInside, type Walk } from "./walk.ts";
import { WalkCursor } from "./walkCursor.ts";

/** The prices of a range, in ticks. */
export interface PriceRange {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** The price of a pair in every second, in ticks (units of the last decimal). */
export class PricePath {
  readonly #base: number;
  readonly #walk: Walk;
  readonly #cursor: WalkCursor;

  constructor(seed: number, profile: PairProfile) {
    this.#base = shiftDecimals(profile.price, profile.decimals);
    this.#walk = createWalk(seed, profile);
    this.#cursor = new WalkCursor(this.#walk);
  }

  at(second: number): number {
    return ticksAt(this.#base, this.#cursor.at(second));
  }

  /** The prices in `[from, to]`. */
  range(from: number, to: number): PriceRange {
    const last = this.#cursor.at(to);
    const first = this.#cursor.at(from);
    const spans = this.#cursor.spansOf(from, to);
    return {
      open: ticksAt(this.#base, first),
      high: ticksAt(this.#base, extremeOf(this.#walk, spans, from, to, 1, Math.max(first, last))),
      low: ticksAt(this.#base, extremeOf(this.#walk, spans, from, to, -1, Math.min(first, last))),
      close: ticksAt(this.#base, last),
    };
  }

  /** The first second of `[from, to]` with a price `<= below` or `>= above`. */
  firstOutside(from: number, to: number, below: number, above: number): number | undefined {
    const search: CrossingSearch = { walk: this.#walk, base: this.#base, from, to, below, above };
    for (const { level, index, left, right, volatility } of this.#cursor.spansOf(from, to)) {
      const found = firstCrossing(search, level, index, left, right, volatility);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

interface CrossingSearch {
  readonly walk: Walk;
  readonly base: number;
  readonly from: number;
  readonly to: number;
  readonly below: number;
  readonly above: number;
}

/** The first second of a span at which the price is outside. Skips spans that cannot reach it. */
function firstCrossing(
  search: CrossingSearch,
  level: number,
  index: number,
  left: number,
  right: number,
  volatility: number,
): number | undefined {
  const { walk, base, below, above } = search;
  const span = 1 << level;
  const start = index * span;
  if (start > search.to || start + span <= search.from) return undefined;
  if (level === 0) {
    const price = ticksAt(base, left);
    return price > below && price < above ? undefined : start;
  }
  const margin = floatAt(walk.reach, level) * volatility;
  const lowest = ticksAt(base, Math.min(left, right) - margin);
  const highest = ticksAt(base, Math.max(left, right) + margin);
  if (lowest > below && highest < above) return undefined;
  const inside = volatilityInside(walk, level, index, volatility);
  const middle = middleOf(walk, level, index, left, right, inside);
  return (
    firstCrossing(search, level - 1, index * 2, left, middle, inside) ??
    firstCrossing(search, level - 1, index * 2 + 1, middle, right, inside)
  );
}

function ticksAt(base: number, x: number): number {
  return Math.max(1, Math.round(base * growth(x)));
}

/** Approximates e^x for the small x of a walk by multiplications only: (1 + x/64)^64. Positive and increasing. */
function growth(x: number): number {
  let power = Math.max(0.5, 1 + x / 64);
  for (let doubling = 0; doubling < 6; doubling++) power *= power;
  return power;
}

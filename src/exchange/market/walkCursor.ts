import { floatAt } from "../base/at.ts";
import { ROOT_LEVEL, ROOT_SPAN } from "./tree.ts";
import { middleOf, rootKnot, volatilityInside, type Walk } from "./walk.ts";

/** A span of the tree: its position, the walk at its ends and its volatility. */
export interface Span {
  readonly level: number;
  readonly index: number;
  readonly left: number;
  readonly right: number;
  readonly volatility: number;
}

/** Reads a walk. Neighbouring seconds share most of their path down the tree, so the last path is cached level by level. */
export class WalkCursor {
  readonly #walk: Walk;
  readonly #positions = new Float64Array(ROOT_LEVEL + 1).fill(Number.NaN); // empty
  readonly #lefts = new Float64Array(ROOT_LEVEL + 1);
  readonly #rights = new Float64Array(ROOT_LEVEL + 1);
  readonly #volatilities = new Float64Array(ROOT_LEVEL + 1).fill(1);

  constructor(walk: Walk) {
    this.#walk = walk;
  }

  /** The walk at a second. */
  at(second: number): number {
    const walk = this.#walk;
    const positions = this.#positions;
    const lefts = this.#lefts;
    const rights = this.#rights;
    const volatilities = this.#volatilities;
    let level = 0;
    while (level < ROOT_LEVEL && positions[level] !== Math.floor(second / (1 << level))) level++;
    const root = Math.floor(second / ROOT_SPAN);
    if (level === ROOT_LEVEL && positions[level] !== root) {
      positions[level] = root;
      lefts[level] = rootKnot(walk, root);
      rights[level] = rootKnot(walk, root + 1);
    }
    for (; level > 0; level--) {
      const index = floatAt(positions, level);
      const left = floatAt(lefts, level);
      const right = floatAt(rights, level);
      const volatility = volatilityInside(walk, level, index, floatAt(volatilities, level));
      const middle = middleOf(walk, level, index, left, right, volatility);
      const half = Math.floor(second / (1 << (level - 1)));
      const isRight = half !== index * 2;
      positions[level - 1] = half;
      lefts[level - 1] = isRight ? middle : left;
      rights[level - 1] = isRight ? right : middle;
      volatilities[level - 1] = volatility;
    }
    return floatAt(lefts, 0);
  }

  /** The smallest spans that together contain `[from, to]`: one, or several roots. */
  spansOf(from: number, to: number): readonly Span[] {
    this.at(from);
    const walk = this.#walk;
    let level = 0;
    while (level < ROOT_LEVEL && (floatAt(this.#positions, level) + 1) * (1 << level) <= to) level++;
    const first: Span = {
      level,
      index: floatAt(this.#positions, level),
      left: floatAt(this.#lefts, level),
      right: floatAt(this.#rights, level),
      volatility: floatAt(this.#volatilities, level),
    };
    const spans = [first];
    let left = first.right;
    for (let index = first.index + 1; index * (1 << level) <= to; index++) {
      const right = rootKnot(walk, index + 1);
      spans.push({ level, index, left, right, volatility: 1 });
      left = right;
    }
    return spans;
  }
}

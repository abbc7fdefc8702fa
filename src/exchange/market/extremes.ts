import { floatAt, wordAt } from "../base/at.ts";
import { noiseInRow } from "./tree.ts";
import { isVolatile, volatilityInside, type Walk } from "./walk.ts";
import type { Span } from "./walkCursor.ts";

/** Numbers per span: index, walk at the left end, at the right end, volatility. */
const SIZE = 4;
// The spans of two levels, for one search at a time. They grow if a search needs more.
let current = new Float64Array(SIZE * 256);
let next = new Float64Array(SIZE * 256);

/**
 * The maximum (`sign` 1) or minimum (-1) of the walk in `[from, to]`, which `spans` contain. `start` is the best value
 * that is known. The search goes down level by level and skips spans that cannot contain a better one. The middle of a
 * span is a value of the walk, too, so that most spans can be skipped early.
 */
export function extremeOf(
  walk: Walk,
  spans: readonly Span[],
  from: number,
  to: number,
  sign: 1 | -1,
  start: number,
): number {
  let level = 0;
  let count = 0;
  let best = sign * start;
  for (const span of spans) {
    ({ level } = span);
    current = withRoom(current, count + SIZE);
    put(current, count, span.index, sign * span.left, sign * span.right, span.volatility);
    count += SIZE;
    if (count > SIZE) best = Math.max(best, sign * span.left);
  }
  const sharedWeight = sign * walk.sharedWeight;
  const ownWeight = sign * walk.ownWeight;
  for (; level > 0 && count > 0; level--) {
    next = withRoom(next, 2 * count);
    const source = current;
    const target = next;
    const half = 1 << (level - 1);
    const reach = floatAt(walk.reach, level);
    const step = floatAt(walk.step, level);
    const sharedKey = wordAt(walk.shared, level);
    const ownKey = wordAt(walk.own, level);
    const changesVolatility = isVolatile(level);
    let kept = 0;
    for (let at = 0; at < count; at += SIZE) {
      const left = floatAt(source, at + 1);
      const right = floatAt(source, at + 2);
      let volatility = floatAt(source, at + 3);
      if ((left > right ? left : right) + reach * volatility <= best) continue;
      const index = floatAt(source, at);
      const second = (2 * index + 1) * half;
      if (second - half > to || second + half <= from) continue;
      if (changesVolatility) volatility = volatilityInside(walk, level, index, volatility);
      let noise = sharedWeight * noiseInRow(sharedKey, index);
      if (ownWeight !== 0) noise += ownWeight * noiseInRow(ownKey, index);
      const middle = (left + right) / 2 + noise * step * volatility;
      if (middle > best && second >= from && second <= to) best = middle;
      put(target, kept, index * 2, left, middle, volatility);
      put(target, kept + SIZE, index * 2 + 1, middle, right, volatility);
      kept += 2 * SIZE;
    }
    count = kept;
    current = target;
    next = source;
  }
  return sign * best;
}

/** The array itself if it has room for `count` numbers, or a larger copy. */
function withRoom(spans: Float64Array<ArrayBuffer>, count: number): Float64Array<ArrayBuffer> {
  if (spans.length >= count) return spans;
  const copy = new Float64Array(2 * count);
  copy.set(spans);
  return copy;
}

function put(spans: Float64Array, at: number, index: number, left: number, right: number, volatility: number): void {
  spans[at] = index;
  spans[at + 1] = left;
  spans[at + 2] = right;
  spans[at + 3] = volatility;
}

import { floatAt, wordAt } from "../base/at.ts";
import { bitsInRow, deriveKey } from "../base/random.ts";
import { DAY, SECOND } from "../time/units.ts";
import type { PairProfile } from "./pairs.ts";
import { noiseAt, noiseRows, ROOT_LEVEL, ROOT_SPAN, shiftDecimals } from "./tree.ts";

const LOTS_PER_DAY = 2e8;
const TRADES_PER_SECOND = 2;

/**
 * All trades of a pair, numbered by time; sizes are in lots. The cumulative volume is one increasing function of time:
 * each span of the tree divides its volume between its halves. A trade happens where the function passes the trade's
 * mark, so trades, candles and tickers always add up.
 */
export class VolumePath {
  /** Decimals of a lot; negative if a lot is more than one unit. */
  readonly lotDecimals: number;
  readonly #rows: Uint32Array;
  readonly #rootLots: number;
  readonly #tradeLots: number;

  // Neighbouring times share most of their path down the tree, so each level caches its last node: index, first lot,
  // lots, and the boundary to the next node. The boundary is cached because `first + lots` can differ in the last bit.
  readonly #positions = new Float64Array(ROOT_LEVEL + 1).fill(Number.NaN);
  readonly #firsts = new Float64Array(ROOT_LEVEL + 1);
  readonly #sizes = new Float64Array(ROOT_LEVEL + 1);
  readonly #ends = new Float64Array(ROOT_LEVEL + 1);

  constructor(seed: number, profile: PairProfile) {
    const daily = profile.dailyValue / profile.price;
    let lotDecimals = 0;
    while (shiftDecimals(daily, lotDecimals) < LOTS_PER_DAY / 10) lotDecimals++;
    while (shiftDecimals(daily, lotDecimals) > LOTS_PER_DAY) lotDecimals--;
    const perSecond = Math.max(1, Math.round(shiftDecimals(daily, lotDecimals) / (DAY / SECOND)));
    this.lotDecimals = lotDecimals;
    this.#rows = noiseRows(deriveKey(seed, `volume/${profile.symbol}`));
    this.#rootLots = perSecond * ROOT_SPAN;
    this.#tradeLots = Math.max(2, Math.round(perSecond / TRADES_PER_SECOND));
  }

  /** Total lots of the first `count` trades. */
  lotsUntil(count: number): number {
    const bits = bitsInRow(wordAt(this.#rows, 0), count);
    return count * this.#tradeLots + Math.floor(((bits / 0x1_0000_0000) * this.#tradeLots) / 2);
  }

  /** Number of trades before a time in Unix milliseconds. */
  tradesBefore(time: number): number {
    const lots = this.#lotsBefore(time);
    const max = Math.floor(lots / this.#tradeLots);
    return this.lotsUntil(max) < lots ? max : max - 1;
  }

  /** Time of trade `count`, Unix milliseconds. */
  timeOf(count: number): number {
    const mark = this.lotsUntil(count);
    this.#enterRoot(Math.floor(mark / this.#rootLots));
    let level = 0;
    while (level < ROOT_LEVEL && !this.#isInside(level, mark)) level++;
    for (; level > 0; level--) {
      const leftLots = this.#leftLots(level);
      this.#descend(level, leftLots, mark >= floatAt(this.#firsts, level) + leftLots);
    }
    const fraction = (mark - floatAt(this.#firsts, 0)) / floatAt(this.#sizes, 0);
    return floatAt(this.#positions, 0) * SECOND + Math.min(999, Math.max(0, Math.floor(fraction * SECOND)));
  }

  /** Lots traded before a time, interpolated linearly within a second. */
  #lotsBefore(time: number): number {
    const second = Math.floor(time / SECOND);
    let level = 0;
    while (level < ROOT_LEVEL && this.#positions[level] !== Math.floor(second / (1 << level))) level++;
    if (level === ROOT_LEVEL) this.#enterRoot(Math.floor(second / ROOT_SPAN));
    for (; level > 0; level--) {
      const half = Math.floor(second / (1 << (level - 1)));
      this.#descend(level, this.#leftLots(level), half !== floatAt(this.#positions, level) * 2);
    }
    return floatAt(this.#firsts, 0) + (floatAt(this.#sizes, 0) * (time - second * SECOND)) / SECOND;
  }

  #enterRoot(root: number): void {
    if (this.#positions[ROOT_LEVEL] === root) return;
    this.#positions.fill(Number.NaN);
    this.#positions[ROOT_LEVEL] = root;
    this.#firsts[ROOT_LEVEL] = root * this.#rootLots;
    this.#sizes[ROOT_LEVEL] = this.#rootLots;
    this.#ends[ROOT_LEVEL] = Number.POSITIVE_INFINITY;
  }

  #isInside(level: number, mark: number): boolean {
    return (
      !Number.isNaN(floatAt(this.#positions, level)) &&
      mark >= floatAt(this.#firsts, level) &&
      mark < floatAt(this.#ends, level)
    );
  }

  /** Lots of the left half of a level's cached node. */
  #leftLots(level: number): number {
    const noise = noiseAt(this.#rows, level, floatAt(this.#positions, level));
    return floatAt(this.#sizes, level) * (0.5 + (level >= 16 ? 0.15 : 0.3) * noise);
  }

  /** Caches the left or right half of a level's node as the node of the next level. */
  #descend(level: number, leftLots: number, isRight: boolean): void {
    const first = floatAt(this.#firsts, level);
    const boundary = first + leftLots;
    this.#positions[level - 1] = floatAt(this.#positions, level) * 2 + (isRight ? 1 : 0);
    this.#firsts[level - 1] = isRight ? boundary : first;
    this.#sizes[level - 1] = isRight ? floatAt(this.#sizes, level) - leftLots : leftLots;
    this.#ends[level - 1] = isRight ? floatAt(this.#ends, level) : boundary;
  }
}

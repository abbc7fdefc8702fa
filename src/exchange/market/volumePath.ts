import { floatAt } from "../base/at.ts";
import { bitsAt, deriveKey } from "../base/random.ts";
import { DAY, SECOND } from "../time/units.ts";
import type { PairProfile } from "./pairs.ts";
import { noiseAt, ROOT_LEVEL, ROOT_SPAN, shiftDecimals } from "./tree.ts";

/** All trades of a pair, numbered by time; sizes are in lots. */
export interface VolumePath {
  /** Decimals of a lot; negative if a lot is more than one unit. */
  readonly lotDecimals: number;
  /** Number of trades before a time in Unix milliseconds. */
  tradesBefore(time: number): number;
  /** Total lots of the first `count` trades. */
  lotsUntil(count: number): number;
  /** Time of trade `count`, Unix milliseconds. */
  timeOf(count: number): number;
}

const LOTS_PER_DAY = 2e8;
const TRADES_PER_SECOND = 2;

/**
 * The cumulative volume is one increasing function of time: each span of the tree divides its volume between its
 * halves. A trade happens where the function passes the trade's mark, so trades, candles and tickers always add up.
 */
export function volumePath(seed: number, profile: PairProfile): VolumePath {
  const key = deriveKey(seed, `volume/${profile.symbol}`);
  const daily = profile.dailyValue / profile.price;
  let lotDecimals = 0;
  while (shiftDecimals(daily, lotDecimals) < LOTS_PER_DAY / 10) lotDecimals++;
  while (shiftDecimals(daily, lotDecimals) > LOTS_PER_DAY) lotDecimals--;
  const perSecond = Math.max(1, Math.round(shiftDecimals(daily, lotDecimals) / (DAY / SECOND)));
  const rootLots = perSecond * ROOT_SPAN;
  const tradeLots = Math.max(2, Math.round(perSecond / TRADES_PER_SECOND));
  const share = (level: number, index: number): number => 0.5 + (level >= 16 ? 0.15 : 0.3) * noiseAt(key, level, index);

  // Neighbouring times share most of their path down the tree, so each level caches its last node: index, first lot, lots.
  const positions = new Float64Array(ROOT_LEVEL + 1).fill(Number.NaN);
  const firsts = new Float64Array(ROOT_LEVEL + 1);
  const sizes = new Float64Array(ROOT_LEVEL + 1);

  function enterRoot(root: number): void {
    if (positions[ROOT_LEVEL] === root) return;
    positions.fill(Number.NaN);
    positions[ROOT_LEVEL] = root;
    firsts[ROOT_LEVEL] = root * rootLots;
    sizes[ROOT_LEVEL] = rootLots;
  }

  function descend(level: number, toRight: (index: number, boundary: number) => boolean): void {
    const index = floatAt(positions, level);
    const left = floatAt(sizes, level) * share(level, index);
    const boundary = floatAt(firsts, level) + left;
    const isRight = toRight(index, boundary);
    positions[level - 1] = index * 2 + (isRight ? 1 : 0);
    firsts[level - 1] = isRight ? boundary : floatAt(firsts, level);
    sizes[level - 1] = isRight ? floatAt(sizes, level) - left : left;
  }

  /** Lots traded before a time, interpolated linearly within a second. */
  function lotsBefore(time: number): number {
    const second = Math.floor(time / 1000);
    let level = 0;
    while (level < ROOT_LEVEL && positions[level] !== Math.floor(second / 2 ** level)) level++;
    if (level === ROOT_LEVEL) enterRoot(Math.floor(second / ROOT_SPAN));
    for (; level > 0; level--) {
      const half = Math.floor(second / 2 ** (level - 1));
      descend(level, (index) => half !== index * 2);
    }
    return floatAt(firsts, 0) + (floatAt(sizes, 0) * (time - second * 1000)) / 1000;
  }

  const lotsUntil = (count: number): number => {
    const jitter = Math.floor(((bitsAt(key, 0, count) / 0x1_0000_0000) * tradeLots) / 2);
    return count * tradeLots + jitter;
  };

  return {
    lotDecimals,
    lotsUntil,
    tradesBefore(time) {
      const lots = lotsBefore(time);
      const max = Math.floor(lots / tradeLots);
      return lotsUntil(max) < lots ? max : max - 1;
    },
    timeOf(count) {
      const mark = lotsUntil(count);
      enterRoot(Math.floor(mark / rootLots));
      for (let level = ROOT_LEVEL; level > 0; level--) descend(level, (_, boundary) => mark >= boundary);
      const fraction = (mark - floatAt(firsts, 0)) / floatAt(sizes, 0);
      return floatAt(positions, 0) * 1000 + Math.min(999, Math.max(0, Math.floor(fraction * 1000)));
    },
  };
}

// How well agents did, with how sure that is: a mean return per day and its interval.
import type { Point } from "./curve.ts";
import { randomFrom } from "./random.ts";

const DAY = 86_400_000;
/** Fewer returns say nothing about their mean. */
export const MIN_RETURNS = 24;
const RESAMPLES = 400;
const CONFIDENCE = 0.95;

/** As fractions: 0.01 is 1 %. */
export interface DailyReturn {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The mean return per day of a curve with equally spaced points, and its 95 % interval: the percentiles of the means of
 * samples that are drawn from it in blocks, since neighbouring returns resemble each other. Null without enough points.
 */
export function dailyReturn(points: readonly Point[], seed = 1): DailyReturn | null {
  const returns = points.slice(1).map(({ value }, index) => value / (points[index]?.value ?? value) - 1);
  const first = points[0];
  const last = points.at(-1);
  const { length } = returns;
  if (first === undefined || last === undefined || length < MIN_RETURNS) return null;
  const perDay = DAY / ((last.time - first.time) / length);
  const sums = [0];
  for (const value of returns) sums.push((sums.at(-1) ?? 0) + value);
  const sumOf = (from: number, to: number): number => (sums[to] ?? 0) - (sums[from] ?? 0);
  const block = Math.max(2, Math.round(Math.cbrt(length) * 2));
  const random = randomFrom(seed);
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let drawn = 0; drawn < length; drawn += block) {
      const size = Math.min(block, length - drawn);
      const start = Math.floor(random() * (length - size + 1));
      sum += sumOf(start, start + size);
    }
    return (sum / length) * perDay;
  }).toSorted((one, other) => one - other);
  const at = (share: number): number => means[Math.round(share * (RESAMPLES - 1))] ?? 0;
  return {
    mean: (sumOf(0, length) / length) * perDay,
    low: at((1 - CONFIDENCE) / 2),
    high: at((1 + CONFIDENCE) / 2),
  };
}

/** What can be said about an agent beside the first one of the ranking. */
export type Standing = "first" | "unknown" | "alike" | "lower";

/** `alike`: the intervals overlap, so the difference may be chance. */
export function standingOf(own: DailyReturn | null, first: DailyReturn | null, isFirst: boolean): Standing {
  if (isFirst) return "first";
  if (own === null || first === null) return "unknown";
  return own.high < first.low ? "lower" : "alike";
}

import { INDICATORS, type IndicatorName } from "../../endpoints/market/index.ts";

/** Candles as floats, oldest first; all four lists have the same length. */
export interface Bars {
  readonly high: readonly number[];
  readonly low: readonly number[];
  readonly close: readonly number[];
  readonly volume: readonly number[];
}

/** Three bands around a mean. */
export interface Bands {
  readonly lower: number;
  readonly middle: number;
  readonly upper: number;
}

export interface Macd {
  readonly line: number;
  readonly signal: number;
  readonly histogram: number;
}

const WILDER = 14;

/** Mean of the last `period` values; undefined while there are fewer. */
export function simpleAverage(values: readonly number[], period: number): number | undefined {
  return values.length < period ? undefined : mean(values, values.length - period, values.length);
}

/** An exponential average that starts as the mean of the first `period` values. */
export function exponentialAverage(values: readonly number[], period: number): number | undefined {
  if (values.length < period) return undefined;
  const weight = 2 / (period + 1);
  let average = mean(values, 0, period);
  for (const value of values.slice(period)) average += (value - average) * weight;
  return average;
}

/** Wilder's relative strength index, 0 to 100; 100 if there were no losses. */
export function relativeStrength(close: readonly number[], period: number = WILDER): number | undefined {
  if (close.length < period + 1) return undefined;
  const changes = differences(close);
  const gain = lastWilderAverage(
    changes.map((change) => Math.max(change, 0)),
    period,
  );
  const loss = lastWilderAverage(
    changes.map((change) => Math.max(-change, 0)),
    period,
  );
  return loss === 0 ? 100 : 100 - 100 / (1 + gain / loss);
}

/** The platform's MACD of 12, 26 and 9. Its averages start at the first value, so its line differs from EMA 12 - EMA 26. */
export function macd(close: readonly number[]): Macd | undefined {
  if (close.length < 26) return undefined;
  const fast = runningAverage(close, 12);
  const slow = runningAverage(close, 26);
  const lines = fast.map((value, at) => value - (slow[at] ?? 0));
  const line = lines.at(-1) ?? 0;
  const signal = runningAverage(lines, 9).at(-1) ?? 0;
  return { line, signal, histogram: line - signal };
}

/** Mean of the last `period` values, and two population standard deviations around it. */
export function bollingerBands(close: readonly number[], period: number = 20): Bands | undefined {
  const middle = simpleAverage(close, period);
  if (middle === undefined) return undefined;
  let squares = 0;
  for (const price of close.slice(-period)) squares += (price - middle) * (price - middle);
  const deviation = Math.sqrt(squares / period);
  return { lower: middle - 2 * deviation, middle, upper: middle + 2 * deviation };
}

/** Wilder's average true range. */
export function averageTrueRange(bars: Bars, period: number = WILDER): number | undefined {
  return bars.close.length < period + 1 ? undefined : lastWilderAverage(trueRanges(bars), period);
}

/** Wilder's ADX: the mean of the last `period` values of DX, or of all if there are fewer. */
export function directionalIndex(bars: Bars, period: number = WILDER): number | undefined {
  if (bars.close.length < period + 2) return undefined;
  const up = differences(bars.high);
  const down = differences(bars.low).map((rise) => -rise);
  const rising = wilderAverages(
    up.map((rise, at) => (rise > (down[at] ?? 0) ? Math.max(rise, 0) : 0)),
    period,
  );
  const falling = wilderAverages(
    down.map((fall, at) => (fall > (up[at] ?? 0) ? Math.max(fall, 0) : 0)),
    period,
  );
  const ranges = wilderAverages(trueRanges(bars), period);
  const strengths: number[] = [];
  for (const [at, range] of ranges.entries()) {
    if (at === 0 || range === 0) continue;
    const plus = (100 * (rising[at] ?? 0)) / range;
    const minus = (100 * (falling[at] ?? 0)) / range;
    if (plus + minus !== 0) strengths.push((100 * Math.abs(plus - minus)) / (plus + minus));
  }
  return strengths.length === 0 ? undefined : mean(strengths, Math.max(0, strengths.length - period), strengths.length);
}

/** The named indicators at the last bar, without those that need more bars. */
export function indicatorsOf(
  bars: Bars,
  names: readonly IndicatorName[] = INDICATORS,
): Readonly<Partial<Record<IndicatorName, number>>> {
  const { close } = bars;
  const bands = names.some((name) => name.startsWith("bb_")) ? bollingerBands(close) : undefined;
  const momentum = names.some((name) => name.startsWith("macd_")) ? macd(close) : undefined;
  const formulas: Readonly<Record<IndicatorName, () => number | undefined>> = {
    adx_14: () => directionalIndex(bars),
    atr_14: () => averageTrueRange(bars),
    bb_lower: () => bands?.lower,
    bb_mid: () => bands?.middle,
    bb_upper: () => bands?.upper,
    ema_12: () => exponentialAverage(close, 12),
    ema_26: () => exponentialAverage(close, 26),
    macd_hist: () => momentum?.histogram,
    macd_line: () => momentum?.line,
    macd_signal: () => momentum?.signal,
    price: () => close.at(-1),
    rsi_14: () => relativeStrength(close),
    sma_20: () => simpleAverage(close, 20),
    sma_50: () => simpleAverage(close, 50),
    volume_ma_20: () => simpleAverage(bars.volume, 20),
  };
  const values: Partial<Record<IndicatorName, number>> = {};
  for (const name of names) {
    const value = formulas[name]();
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function mean(values: readonly number[], from: number, to: number): number {
  let total = 0;
  for (let at = from; at < to; at++) total += values[at] ?? 0;
  return total / (to - from);
}

/** Wilder's smoothing: starts with the mean of `period` values; each later value has a weight of 1 / `period`. */
function wilderAverages(values: readonly number[], period: number): readonly number[] {
  let average = mean(values, 0, period);
  const all = [average];
  for (const value of values.slice(period)) {
    average = (average * (period - 1) + value) / period;
    all.push(average);
  }
  return all;
}

function lastWilderAverage(values: readonly number[], period: number): number {
  return wilderAverages(values, period).at(-1) ?? 0;
}

/** An exponential average at every value, starting at the first with the mean of the first `period` values. */
function runningAverage(values: readonly number[], period: number): readonly number[] {
  const weight = 2 / (period + 1);
  let average = mean(values, 0, period);
  return values.map((value, at) => (at === 0 ? average : (average += (value - average) * weight)));
}

function differences(values: readonly number[]): readonly number[] {
  return values.slice(1).map((value, at) => value - (values[at] ?? 0));
}

function trueRanges({ high, low, close }: Bars): readonly number[] {
  return close.slice(0, -1).map((before, at) => {
    const top = high[at + 1] ?? before;
    const bottom = low[at + 1] ?? before;
    return Math.max(top - bottom, Math.abs(top - before), Math.abs(bottom - before));
  });
}

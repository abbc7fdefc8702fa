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
  for (let at = period; at < values.length; at++) average += ((values[at] ?? 0) - average) * weight;
  return average;
}

/** Wilder's relative strength index, 0 to 100; 100 if there were no losses. */
export function relativeStrength(close: readonly number[], period: number = WILDER): number | undefined {
  if (close.length < period + 1) return undefined;
  const gain = new WilderAverage(period);
  const loss = new WilderAverage(period);
  for (let at = 1; at < close.length; at++) {
    const change = (close[at] ?? 0) - (close[at - 1] ?? 0);
    gain.add(Math.max(change, 0));
    loss.add(Math.max(-change, 0));
  }
  return loss.value === 0 ? 100 : 100 - 100 / (1 + gain.value / loss.value);
}

/** The platform's MACD of 12, 26 and 9. Its averages start at the first value, so its line differs from EMA 12 - EMA 26. */
export function macd(close: readonly number[]): Macd | undefined {
  if (close.length < 26) return undefined;
  let fast = mean(close, 0, 12);
  let slow = mean(close, 0, 26);
  const lines = [fast - slow];
  for (let at = 1; at < close.length; at++) {
    const price = close[at] ?? 0;
    fast += (price - fast) * (2 / 13);
    slow += (price - slow) * (2 / 27);
    lines.push(fast - slow);
  }
  let signal = mean(lines, 0, 9);
  for (let at = 1; at < lines.length; at++) signal += ((lines[at] ?? 0) - signal) * (2 / 10);
  const line = lines[lines.length - 1] ?? 0;
  return { line, signal, histogram: line - signal };
}

/** Mean of the last `period` values, and two population standard deviations around it. */
export function bollingerBands(close: readonly number[], period: number = 20): Bands | undefined {
  const middle = simpleAverage(close, period);
  if (middle === undefined) return undefined;
  let squares = 0;
  for (let at = close.length - period; at < close.length; at++) {
    const distance = (close[at] ?? 0) - middle;
    squares += distance * distance;
  }
  const deviation = Math.sqrt(squares / period);
  return { lower: middle - 2 * deviation, middle, upper: middle + 2 * deviation };
}

/** Wilder's average true range. */
export function averageTrueRange(bars: Bars, period: number = WILDER): number | undefined {
  if (bars.close.length < period + 1) return undefined;
  const range = new WilderAverage(period);
  for (let at = 1; at < bars.close.length; at++) range.add(trueRange(bars, at));
  return range.value;
}

/** Wilder's ADX: the mean of the last `period` values of DX, or of all if there are fewer. */
export function directionalIndex(bars: Bars, period: number = WILDER): number | undefined {
  const { high, low, close } = bars;
  if (close.length < period + 2) return undefined;
  const rising = new WilderAverage(period);
  const falling = new WilderAverage(period);
  const range = new WilderAverage(period);
  const strengths: number[] = [];
  for (let at = 1; at < close.length; at++) {
    const up = (high[at] ?? 0) - (high[at - 1] ?? 0);
    const down = -((low[at] ?? 0) - (low[at - 1] ?? 0));
    rising.add(up > down ? Math.max(up, 0) : 0);
    falling.add(down > up ? Math.max(down, 0) : 0);
    range.add(trueRange(bars, at));
    // The first average has no direction yet.
    if (at <= period || range.value === 0) continue;
    const plus = (100 * rising.value) / range.value;
    const minus = (100 * falling.value) / range.value;
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
class WilderAverage {
  value = 0;
  readonly #period: number;
  #count = 0;
  #sum = 0;

  constructor(period: number) {
    this.#period = period;
  }

  add(value: number): void {
    const period = this.#period;
    this.#count++;
    if (this.#count > period) this.value = (this.value * (period - 1) + value) / period;
    else {
      this.#sum += value;
      if (this.#count === period) this.value = this.#sum / period;
    }
  }
}

function trueRange({ high, low, close }: Bars, at: number): number {
  const before = close[at - 1] ?? 0;
  const top = high[at] ?? before;
  const bottom = low[at] ?? before;
  return Math.max(top - bottom, Math.abs(top - before), Math.abs(bottom - before));
}

// Indicators at every candle. The formulas are those of the exchange's own indicators, which only knows the last candle.
import { simpleAverage } from "../../../src/exchange/engine/indicators.ts";

/** Periods of the moving averages, and the tones of their curves. */
export const AVERAGES = [
  { period: 20, tone: 2 },
  { period: 50, tone: 4 },
] as const;

/** The mean of `period` values up to `index`; null while there are fewer. */
export function averageAt(values: readonly number[], index: number, period: number): number | null {
  return simpleAverage(values.slice(Math.max(0, index + 1 - period), index + 1), period) ?? null;
}

/** Wilder's relative strength index at each value, 0 to 100; null for the first `period` ones. */
export function relativeStrengths(values: readonly number[], period = 14): readonly (number | null)[] {
  let [gain, loss] = [0, 0];
  return values.map((value, index) => {
    if (index === 0) return null;
    const change = value - (values[index - 1] ?? value);
    // The first average is the mean of `period` changes; each later change has a weight of 1 / period.
    const add = (average: number, part: number): number =>
      index <= period ? average + part / period : (average * (period - 1) + part) / period;
    gain = add(gain, Math.max(change, 0));
    loss = add(loss, Math.max(-change, 0));
    if (index < period) return null;
    return loss === 0 ? 100 : 100 - 100 / (1 + gain / loss);
  });
}

interface Closing {
  readonly close: { toNumber(): number };
}

const closes = new WeakMap<readonly Closing[], readonly number[]>();
const closeOf = new WeakMap<Closing, number>();

/** The closing prices as numbers. Candles stay the same objects while they do not change, so each is converted once. */
export function closesOf(candles: readonly Closing[]): readonly number[] {
  const known = closes.get(candles);
  if (known !== undefined) return known;
  const all = candles.map((candle) => {
    const value = closeOf.get(candle) ?? candle.close.toNumber();
    closeOf.set(candle, value);
    return value;
  });
  closes.set(candles, all);
  return all;
}

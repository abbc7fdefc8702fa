import type { ChartCandle } from "../state/candles.ts";

/** The candle in which a time lies: the last one that has begun; undefined if it lies before all. */
export function candleAt(candles: readonly ChartCandle[], time: number): ChartCandle | undefined {
  let [low, high] = [0, candles.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((candles[middle]?.time.getTime() ?? Infinity) <= time) low = middle + 1;
    else high = middle;
  }
  return candles[low - 1];
}

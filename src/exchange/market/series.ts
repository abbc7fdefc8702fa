import { at } from "../base/at.ts";
import { add8, compare, fixed8, ZERO8, type Decimal28, type Fixed8 } from "../base/amount.ts";
import { PriceIndex } from "./priceIndex.ts";

/** The public trades of one pair, oldest first. Each is a step of its price. */
export interface Series extends Steps {
  readonly index: PriceIndex;
}

interface Steps {
  readonly length: number;
  /** Unix milliseconds. */
  time(step: number): number;
  price(step: number): Decimal28;
  isBuyerMaker(step: number): boolean;
  /** Volume of all earlier steps, in the base asset. */
  volumeBefore(step: number): Fixed8;
  /** Number of trades that the earlier steps represent. */
  tradesBefore(step: number): number;
}

/** The order in which the price visits a candle's extremes. */
export type CandlePath = "towards-close" | "low-first" | "high-first";

/** A parsed trade. */
export interface TradeRecord {
  readonly time: number;
  readonly price: Decimal28;
  readonly quantity: Fixed8;
  readonly isBuyerMaker: boolean | undefined;
}

/** A parsed candle. */
export interface CandleRecord {
  readonly time: number;
  readonly open: Decimal28;
  readonly high: Decimal28;
  readonly low: Decimal28;
  readonly close: Decimal28;
  readonly volume: Fixed8;
  readonly tradeCount: number;
}

/** One step per trade. */
export function tradeSeries(trades: readonly TradeRecord[]): Series {
  const before = runningSums(trades.map((trade) => trade.quantity));
  const price = (step: number): Decimal28 => at(trades, step).price;
  return indexed({
    length: trades.length,
    time: (step) => at(trades, step).time,
    price,
    isBuyerMaker: (step) => at(trades, step).isBuyerMaker ?? isDowntick(price, step),
    volumeBefore: (step) => at(before, step),
    tradesBefore: (step) => step,
  });
}

const QUARTERS = 4;

/** Four steps per candle, a quarter of its length apart: open, both extremes, close. */
export function candleSeries(candles: readonly CandleRecord[], interval: number, path: CandlePath): Series {
  const volumes = runningSums(candles.map((candle) => candle.volume));
  const counts = [0];
  let count = 0;
  for (const { tradeCount } of candles) counts.push((count += tradeCount));
  const candleOf = (step: number): CandleRecord => at(candles, Math.floor(step / QUARTERS));

  function price(step: number): Decimal28 {
    const { open, high, low, close } = candleOf(step);
    const isLowFirst = path === "low-first" || (path === "towards-close" && compare(close, open) >= 0);
    return at([open, isLowFirst ? low : high, isLowFirst ? high : low, close], step % QUARTERS);
  }

  return indexed({
    length: candles.length * QUARTERS,
    time: (step) => candleOf(step).time + Math.floor(((step % QUARTERS) * interval) / QUARTERS),
    price,
    isBuyerMaker: (step) => isDowntick(price, step),
    volumeBefore(step) {
      const before = at(volumes, Math.floor(step / QUARTERS));
      const quarter = step % QUARTERS;
      // The remainder of the division by four belongs to the last step.
      return quarter === 0 ? before : fixed8(before + (candleOf(step).volume / BigInt(QUARTERS)) * BigInt(quarter));
    },
    tradesBefore(step) {
      const before = at(counts, Math.floor(step / QUARTERS));
      const quarter = step % QUARTERS;
      return quarter === 0 ? before : before + Math.floor(candleOf(step).tradeCount / QUARTERS) * quarter;
    },
  });
}

function indexed(steps: Steps): Series {
  return { ...steps, index: new PriceIndex(steps.length, (step) => steps.price(step)) };
}

/** The last step at or before `time`; -1 if all are later. */
export function lastStep(series: Series, time: number): number {
  let low = -1;
  let high = series.length;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (series.time(middle) <= time) low = middle;
    else high = middle;
  }
  return low;
}

function isDowntick(price: (step: number) => Decimal28, step: number): boolean {
  return step > 0 && compare(price(step), price(step - 1)) < 0;
}

function runningSums(amounts: readonly Fixed8[]): readonly Fixed8[] {
  const sums = [ZERO8];
  let sum = ZERO8;
  for (const amount of amounts) sums.push((sum = add8(sum, amount)));
  return sums;
}

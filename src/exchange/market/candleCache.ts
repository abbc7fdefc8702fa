import { floatAt } from "../base/at.ts";

/** Candles per block. */
const CANDLES = 64;
/** Numbers per candle. */
const SIZE = 6;
/** With 3 KiB per block this is at most 12 MiB: a thousand candles of every pair and interval. */
const MAX_BLOCKS = 4096;

/** The trades of a time window; prices in ticks, the volume in lots. */
export interface Window {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly lots: number;
  readonly tradeCount: number;
}

/**
 * Keeps closed candles, which never change, so that what it returns never depends on what it keeps. Candles that follow
 * each other share a block; the blocks used least recently are dropped.
 */
export class CandleCache {
  // Maps iterate in the order of insertion, so the block used least recently comes first.
  readonly #blocks = new Map<string, Float64Array>();
  #newest: { readonly series: string; readonly number: number; readonly block: Float64Array } | undefined;

  /** The candle number `index` of a series, such as `BTCUSDT/60000`. `compute` is called if it is not kept. */
  get(series: string, index: number, compute: () => Window): Window {
    const number = Math.floor(index / CANDLES);
    const block = this.#use(series, number);
    const at = (index - number * CANDLES) * SIZE;
    if (block[at] === 0) {
      const { open, high, low, close, lots, tradeCount } = compute();
      block.set([open, high, low, close, lots, tradeCount], at);
    }
    return {
      open: floatAt(block, at),
      high: floatAt(block, at + 1),
      low: floatAt(block, at + 2),
      close: floatAt(block, at + 3),
      lots: floatAt(block, at + 4),
      tradeCount: floatAt(block, at + 5),
    };
  }

  #use(series: string, number: number): Float64Array {
    if (this.#newest?.series === series && this.#newest.number === number) return this.#newest.block;
    const key = `${series}/${number}`;
    // Prices are at least one tick, so zero marks a candle that has not been computed.
    const block = this.#blocks.get(key) ?? new Float64Array(CANDLES * SIZE);
    this.#blocks.delete(key);
    this.#blocks.set(key, block);
    this.#newest = { series, number, block };
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= MAX_BLOCKS) break;
      this.#blocks.delete(oldest);
    }
    return block;
  }
}

import { candleMessage } from "../../endpoints/channels/index.ts";
import { formatDecimal } from "../base/amount.ts";
import type { MarketCandle, Market } from "../market/market.ts";
import { STREAMED_INTERVALS, type Subscription } from "./subscription.ts";

/** Follows the candles of one pair and interval. */
export interface CandleWatch {
  /** The messages on what has changed since the last time, oldest candle first. */
  take(now: number): readonly string[];
}

const MOST_CANDLES = 1000;

/** Nothing is told of how things stand at the beginning. */
export function watchCandles(market: Market, { symbol, interval }: Subscription, start: number): CandleWatch {
  const length = STREAMED_INTERVALS.get(interval) as number;
  let time = Math.floor(start / length) * length;
  let told: string | undefined;

  function take(now: number): readonly string[] {
    const texts: string[] = [];
    for (const candle of market.candles(symbol, length, MOST_CANDLES, time, Number.POSITIVE_INFINITY, now)) {
      const text = textOf(candle, candle.time + length <= now);
      if (candle.time === time && text === told) continue;
      ({ time } = candle);
      told = text;
      texts.push(text);
    }
    return texts;
  }

  function textOf(candle: MarketCandle, isClosed: boolean): string {
    return JSON.stringify(
      candleMessage.encode({
        symbol,
        interval,
        time: new Date(candle.time),
        open: formatDecimal(candle.open),
        high: formatDecimal(candle.high),
        low: formatDecimal(candle.low),
        close: formatDecimal(candle.close),
        volume: formatDecimal(candle.volume),
        isClosed,
        source: "stream",
      }),
    );
  }

  take(start);
  return { take };
}

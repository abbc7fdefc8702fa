import { candleMessage } from "../../endpoints/channels/index.ts";
import { formatDecimal } from "../base/amount.ts";
import type { Market, MarketCandle } from "../market/market.ts";
import { INTERVALS } from "../time/units.ts";
import type { CandleSubscription } from "./subscription.ts";

/** Follows the candles of one pair and interval. */
export interface CandleWatch {
  /** Messages for all changes since the previous call, oldest candle first. */
  takeUpdates(now: number): readonly string[];
}

const MAX_CANDLES = 1000;

/** Watches for changes after `start`; the state at `start` is not reported. */
export function watchCandles(market: Market, { symbol, interval }: CandleSubscription, start: number): CandleWatch {
  const length = INTERVALS[interval];
  let time = Math.floor(start / length) * length;
  let previous: string | undefined;

  function takeUpdates(now: number): readonly string[] {
    const messages: string[] = [];
    for (const candle of market.candles(symbol, length, MAX_CANDLES, time, Number.POSITIVE_INFINITY, now)) {
      const message = encodeCandle(candle, candle.time + length <= now);
      if (candle.time === time && message === previous) continue;
      ({ time } = candle);
      previous = message;
      messages.push(message);
    }
    return messages;
  }

  function encodeCandle(candle: MarketCandle, isClosed: boolean): string {
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

  takeUpdates(start);
  return { takeUpdates };
}

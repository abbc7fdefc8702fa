import { candleMessage, getCandles, type Candle, type CandleInterval, type CandleUpdate } from "../endpoints/index.ts";
import { call, type Transport } from "../transport/index.ts";
import type { Source } from "./polling.ts";

const LENGTH: Readonly<Record<CandleInterval, number>> = {
  "1m": 60_000,
  "5m": 300_000,
  "1h": 3_600_000,
  "1d": 86_400_000,
};
/** Milliseconds after its end at which REST has all of a candle's trades. */
const GRACE = 2000;
/** As many candles as one answer holds. */
const PAGE = 1000;

export function candlesSource(transport: Transport, symbol: string, interval: CandleInterval): Source<CandleUpdate> {
  const length = LENGTH[interval];
  let last: CandleUpdate | undefined;
  /** Start of the newest candle that is known of: those before it are over. */
  let newest = 0;

  function updateOf(candle: Candle): CandleUpdate {
    const { time, open, high, low, close, volume } = candle;
    const start = time.getTime();
    const isClosed = start < newest || transport.server.now() >= start + length + GRACE;
    return { symbol, interval, time, open, high, low, close, volume, isClosed, source: "poll" };
  }

  /** Whether it says more than the last one; a candle's volume only grows. */
  function isNews(update: CandleUpdate): boolean {
    if (last === undefined || update.time > last.time) return true;
    if (update.time < last.time || last.isClosed || update.volume.lt(last.volume)) return false;
    return update.isClosed || !isSame(last, update);
  }

  async function candlesSince(from: number, signal: AbortSignal): Promise<readonly Candle[]> {
    const found: Candle[] = [];
    // The newest come first where there are too many, so that one page at a time is asked for.
    for (let startTime = from; startTime <= transport.server.now(); startTime += PAGE * length) {
      const endTime = startTime + (PAGE - 1) * length;
      const query = { symbol, interval, startTime, endTime, limit: PAGE };
      found.push(...(await call(transport, getCandles, query, { signal })).candles);
    }
    return found;
  }

  return {
    message: candleMessage,
    async catchUp(give, signal) {
      const candles =
        last === undefined
          ? (await call(transport, getCandles, { symbol, interval, limit: 1 }, { signal })).candles
          : await candlesSince(last.time.getTime(), signal);
      newest = Math.max(newest, candles.at(-1)?.time.getTime() ?? 0);
      const news = candles.map(updateOf).filter((update) => {
        if (!isNews(update)) return false;
        give((last = update));
        return true;
      });
      return news.length > 0;
    },
    accept(update) {
      if (!isNews(update)) return [];
      const start = update.time.getTime();
      const isNext = last === undefined || start <= last.time.getTime() + length;
      const isReady = last === undefined || start === last.time.getTime() || (last.isClosed && isNext);
      const isKnown = start <= newest;
      newest = Math.max(newest, start);
      if (!isReady && !isKnown) return undefined;
      return [(last = update)];
    },
    standing: () => (last === undefined ? [] : [last]),
  };
}

function isSame(one: CandleUpdate, other: CandleUpdate): boolean {
  return (
    one.open.eq(other.open) &&
    one.high.eq(other.high) &&
    one.low.eq(other.low) &&
    one.close.eq(other.close) &&
    one.volume.eq(other.volume)
  );
}

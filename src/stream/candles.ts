import { candleMessage, getCandles, type Candle, type CandleInterval, type CandleUpdate } from "../endpoints/index.ts";
import { InvalidSymbolError } from "../errors/index.ts";
import { INTERVALS } from "../wire/index.ts";
import { createCandleClock } from "./candleClock.ts";
import type { ChannelSource } from "./channelSource.ts";
import type { StreamContext } from "./context.ts";
import type { PairList } from "./pairs.ts";

/** Milliseconds after a candle's end until REST has all of its trades. */
const SETTLE_TIME = 2000;
/** Maximum number of candles in one response. */
const PAGE_SIZE = 1000;
/** Candles to ask for if the newest one is in the future: it may be wrong, or the clock here may be behind. */
const RECENT = 3;

export function candlesSource(
  context: StreamContext,
  pairs: PairList,
  symbol: string,
  interval: CandleInterval,
): ChannelSource<CandleUpdate> {
  const length = INTERVALS[interval];
  const clock = createCandleClock(context.serverTime, length);
  let last: CandleUpdate | undefined;
  /** Start of the newest known candle. Earlier ones are closed. */
  let newest = 0;
  /** Whether the clock is the only reason to call the last candle closed. */
  let isClosedByClock = false;
  /** Start of a candle that skips others; REST has been asked about it. */
  let disputed: number | undefined;

  function updateOf(candle: Candle): CandleUpdate {
    const { time, open, high, low, close, volume } = candle;
    const start = time.getTime();
    const isClosed = start < newest || clock.now() >= start + length + SETTLE_TIME;
    return { symbol, interval, time, open, high, low, close, volume, isClosed, source: "poll" };
  }

  /** Whether an update says more than the last one. A candle's volume only grows. */
  function isNews(update: CandleUpdate): boolean {
    if (last === undefined || update.time > last.time) return true;
    if (update.time < last.time || last.isClosed || update.volume.lt(last.volume)) return false;
    return update.isClosed || !isSame(last, update);
  }

  /** Corrects the clock if a candle grows after the clock has closed it. */
  function reopen({ time, volume }: Pick<Candle, "time" | "volume">): void {
    const start = time.getTime();
    if (last === undefined || !isClosedByClock || start !== last.time.getTime() || newest > start) return;
    if (!volume.gt(last.volume)) return;
    clock.set(start);
    last = { ...last, isClosed: false };
    isClosedByClock = false;
  }

  const hasStarted = (candle: Candle): boolean => clock.hasStarted(candle, last);

  async function request(
    query: { readonly limit: number; readonly startTime?: number; readonly endTime?: number },
    signal: AbortSignal,
  ): Promise<readonly Candle[]> {
    return context.request(getCandles, { symbol, interval, ...query }, { signal });
  }

  /** The current candle. */
  async function requestNewest(signal: AbortSignal): Promise<readonly Candle[]> {
    const candles = await request({ limit: 1 }, signal);
    const started = candles.filter(hasStarted).slice(-1);
    if (started.length === candles.length) return started;
    const recent = (await request({ limit: RECENT }, signal)).filter(hasStarted).slice(-1);
    return recent.length > 0 ? recent : request({ limit: 1, endTime: Math.floor(clock.now()) }, signal);
  }

  /** The candles from this start on. */
  async function requestSince(from: number, signal: AbortSignal): Promise<readonly Candle[]> {
    const found: Candle[] = [];
    // A response that is too short has the newest candles, so each page is requested by its own range.
    for (let startTime = from; startTime === from || startTime <= clock.now(); startTime += PAGE_SIZE * length) {
      const endTime = startTime + (PAGE_SIZE - 1) * length;
      found.push(...(await request({ startTime, endTime, limit: PAGE_SIZE }, signal)));
    }
    return found.filter(hasStarted);
  }

  async function requestMissed(signal: AbortSignal): Promise<readonly Candle[]> {
    try {
      return await (last === undefined ? requestNewest(signal) : requestSince(last.time.getTime(), signal));
    } catch (error) {
      if (!(error instanceof InvalidSymbolError) || error.retryable) throw error;
      const [unknown] = await pairs.findUnknown([symbol], signal).catch(() => []);
      throw unknown ?? error;
    }
  }

  return {
    message: candleMessage,
    async catchUp(deliver, signal) {
      const candles = await requestMissed(signal);
      newest = Math.max(newest, candles.at(-1)?.time.getTime() ?? 0);
      candles.forEach(reopen);
      let hasNews = false;
      for (const update of candles.map(updateOf)) {
        if (!isNews(update)) continue;
        isClosedByClock = update.isClosed && update.time.getTime() >= newest;
        deliver((last = update));
        hasNews = true;
      }
      return hasNews;
    },
    accept(update) {
      const start = update.time.getTime();
      if (!clock.hasStarted(update, last)) return [];
      reopen(update);
      if (!isNews(update)) return [];
      const isNext = last === undefined || start <= last.time.getTime() + length;
      const isReady = last === undefined || start === last.time.getTime() || (last.isClosed && isNext);
      const isKnown = start <= newest;
      if (isNext) newest = Math.max(newest, start);
      if (!isReady && !isKnown) {
        // REST was asked already, and has no such candle.
        if (start === disputed) return [];
        disputed = isNext ? undefined : start;
        return undefined;
      }
      isClosedByClock = false;
      return [(last = update)];
    },
    current: () => (last === undefined ? [] : [last]),
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

import { candleMessage, getCandles, type Candle, type CandleInterval, type CandleUpdate } from "../endpoints/index.ts";
import { InvalidSymbolError } from "../errors/index.ts";
import type { StreamContext } from "./context.ts";
import type { Decimal } from "../wire/index.ts";
import type { PairList } from "./pairs.ts";
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
/** Milliseconds that a candle may begin ahead of the platform's clock, as it is known here. */
const AHEAD = 5000;
/** So many updates of candles from the future show that the clock here is behind. */
const AGREEING = 3;

export function candlesSource(
  context: StreamContext,
  pairs: PairList,
  symbol: string,
  interval: CandleInterval,
): Source<CandleUpdate> {
  const length = LENGTH[interval];
  let last: CandleUpdate | undefined;
  /** Start of the newest candle that is known of: those before it are over. */
  let newest = 0;
  /** Whether the last candle is over by the clock alone. */
  let endedByClock = false;
  /** How far the candles' times are from the platform's clock as it is known here: 0 until they contradict it. */
  let offset = 0;
  /** The newest candle from the future, and how often in a row there was something new of it. */
  let ahead: { readonly start: number; readonly volume: Decimal; readonly count: number } | undefined;

  /** Start of a candle that is not the next one and that REST was asked about. */
  let doubted: number | undefined;

  const now = (): number => context.serverTime.now() + offset;

  /** Whether a candle can have begun. Those of the future have to grow before they are believed: one wrong trade makes one. */
  function hasBegun(start: number, volume: Decimal): boolean {
    const isAhead = start > now() + AHEAD + (offset > 0 ? length : 0);
    if (!isAhead) {
      const known = last?.time.getTime() ?? 0;
      // Where the present goes on, the future is wrong.
      if (start > known || (start === known && last?.volume.lt(volume) === true)) ahead = undefined;
      return true;
    }
    const isNear = ahead !== undefined && Math.abs(start - ahead.start) <= length;
    if (ahead === undefined || ahead.start !== start || !ahead.volume.eq(volume))
      ahead = { start, volume, count: (isNear ? (ahead?.count ?? 0) : 0) + 1 };
    if (ahead.count < AGREEING) return false;
    offset += start - now();
    ahead = undefined;
    return true;
  }

  function updateOf(candle: Candle): CandleUpdate {
    const { time, open, high, low, close, volume } = candle;
    const start = time.getTime();
    const isClosed = start < newest || now() >= start + length + GRACE;
    return { symbol, interval, time, open, high, low, close, volume, isClosed, source: "poll" };
  }

  /** Whether it says more than the last one; a candle's volume only grows. */
  function isNews(update: CandleUpdate): boolean {
    if (last === undefined || update.time > last.time) return true;
    if (update.time < last.time || last.isClosed || update.volume.lt(last.volume)) return false;
    return update.isClosed || !isSame(last, update);
  }

  /** A candle that grows after the clock has ended it shows that the clock is wrong. */
  function reopen({ time, volume }: Pick<Candle, "time" | "volume">): void {
    if (last === undefined || !endedByClock || time.getTime() !== last.time.getTime() || newest > time.getTime())
      return;
    if (!volume.gt(last.volume)) return;
    offset += time.getTime() - now();
    last = { ...last, isClosed: false };
    endedByClock = false;
  }

  async function newestCandle(signal: AbortSignal): Promise<readonly Candle[]> {
    const newestOf = async (query: { readonly limit: number; readonly endTime?: number }): Promise<readonly Candle[]> =>
      context.request(getCandles, { symbol, interval, ...query }, { signal });
    const begun = (candles: readonly Candle[]): readonly Candle[] =>
      candles.filter(({ time, volume }) => hasBegun(time.getTime(), volume)).slice(-1);
    const candles = await newestOf({ limit: 1 });
    const found = begun(candles);
    if (found.length === candles.length) return found;
    // Several in a row show that the clock here is behind; else the current one is before that of the future.
    const current = begun(await newestOf({ limit: AGREEING }));
    return current.length > 0 ? current : newestOf({ limit: 1, endTime: Math.floor(now()) });
  }

  async function candlesSince(from: number, signal: AbortSignal): Promise<readonly Candle[]> {
    const found: Candle[] = [];
    // The newest come first where there are too many, so that one page at a time is asked for.
    for (let startTime = from; startTime === from || startTime <= now(); startTime += PAGE * length) {
      const endTime = startTime + (PAGE - 1) * length;
      const query = { symbol, interval, startTime, endTime, limit: PAGE };
      found.push(...(await context.request(getCandles, query, { signal })));
    }
    return found.filter(({ time, volume }) => hasBegun(time.getTime(), volume));
  }

  async function request(signal: AbortSignal): Promise<readonly Candle[]> {
    try {
      return await (last === undefined ? newestCandle(signal) : candlesSince(last.time.getTime(), signal));
    } catch (error) {
      if (!(error instanceof InvalidSymbolError) || error.retryable) throw error;
      const [unknown] = await pairs.unknown([symbol], signal).catch(() => []);
      throw unknown ?? error;
    }
  }

  return {
    message: candleMessage,
    async catchUp(give, signal) {
      const candles = await request(signal);
      newest = Math.max(newest, candles.at(-1)?.time.getTime() ?? 0);
      candles.forEach(reopen);
      const news = candles.map(updateOf).filter((update) => {
        if (!isNews(update)) return false;
        endedByClock = update.isClosed && update.time.getTime() >= newest;
        give((last = update));
        return true;
      });
      return news.length > 0;
    },
    accept(update) {
      const start = update.time.getTime();
      if (!hasBegun(start, update.volume)) return [];
      reopen(update);
      if (!isNews(update)) return [];
      const isNext = last === undefined || start <= last.time.getTime() + length;
      const isReady = last === undefined || start === last.time.getTime() || (last.isClosed && isNext);
      const isKnown = start <= newest;
      if (isNext) newest = Math.max(newest, start);
      if (!isReady && !isKnown) {
        // REST was asked already, and knows no such candle.
        if (start === doubted) return [];
        doubted = isNext ? undefined : start;
        return undefined;
      }
      endedByClock = false;
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

// Candles of a past period, as a backtest and its chart need them.
import type { Candle, CandleInterval } from "agentexchange";
import { getCandles, type Client } from "agentexchange/core";

const MINUTE = 60_000;
const LENGTHS = { "1m": 1, "5m": 5, "15m": 15, "1h": 60, "4h": 240, "1d": 1440 } as const;

export type Timeframe = keyof typeof LENGTHS;

/** Milliseconds of a candle. */
export const lengthOf = (timeframe: Timeframe): number => LENGTHS[timeframe] * MINUTE;

/** The longest interval that candles can be requested in and that timeframe consists of. */
const SOURCES: Readonly<Record<Timeframe, CandleInterval>> = {
  "1m": "1m",
  "5m": "5m",
  "15m": "5m",
  "1h": "1h",
  "4h": "1h",
  "1d": "1d",
};

/**
 * Candles of one request. The embedded exchange computes them in this thread, which must not be blocked for long; a
 * service takes as many as it can.
 */
const PAGE: Readonly<Record<CandleInterval, number>> = { "1m": 500, "5m": 150, "1h": 60, "1d": 60 };
const MAX_PAGE = 1000;

/** A past period in Unix milliseconds; `end` is not part of it. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

export interface CandleRequest extends Period {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Whether the exchange runs in this thread. */
  readonly isLocal: boolean;
  readonly signal: AbortSignal;
  /** Receives the share that has been loaded, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** All candles of a period, oldest first. Times without trades are missing. */
export async function loadCandles(client: Client, request: CandleRequest): Promise<readonly Candle[]> {
  const { symbol, timeframe, start, end, isLocal, signal, onProgress } = request;
  const interval = SOURCES[timeframe];
  const page = (isLocal ? PAGE[interval] : MAX_PAGE) * lengthOf(interval);
  const found: Candle[] = [];
  for (let from = start; from < end; from += page) {
    const until = Math.min(end, from + page);
    // Both ends are inclusive.
    const query = { interval, startTime: new Date(from), endTime: new Date(until - 1), limit: MAX_PAGE };
    found.push(...(await client.send(getCandles, symbol, query, { signal })));
    onProgress?.((until - start) / (end - start));
  }
  return joinCandles(found, lengthOf(timeframe));
}

/** Joins candles to longer ones. */
export function joinCandles(candles: readonly Candle[], length: number): readonly Candle[] {
  const joined: Candle[] = [];
  for (const candle of candles) {
    const time = Math.floor(candle.time.getTime() / length) * length;
    const open = joined.at(-1);
    if (open === undefined || open.time.getTime() !== time) {
      joined.push({ ...candle, time: new Date(time) });
      continue;
    }
    joined[joined.length - 1] = {
      ...open,
      high: open.high.gt(candle.high) ? open.high : candle.high,
      low: open.low.lt(candle.low) ? open.low : candle.low,
      close: candle.close,
      volume: open.volume.plus(candle.volume),
      tradeCount: open.tradeCount + candle.tradeCount,
    };
  }
  return joined;
}

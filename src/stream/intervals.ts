import type { CandleInterval } from "../endpoints/index.ts";

/** The candle intervals of the stream, in milliseconds. */
export const INTERVALS: Readonly<Record<CandleInterval, number>> = {
  "1m": 60_000,
  "5m": 300_000,
  "1h": 3_600_000,
  "1d": 86_400_000,
};

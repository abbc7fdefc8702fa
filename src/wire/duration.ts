// Durations in milliseconds.
export const SECOND = 1000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** The length of a candle. */
export type CandleInterval = "1m" | "5m" | "1h" | "1d";

/** The intervals for which the platform really has candles, shortest first; it documents more. */
export const CANDLE_INTERVALS: readonly CandleInterval[] = ["1m", "5m", "1h", "1d"];

/** An interval that the platform documents. */
export type Interval = "1m" | "5m" | "15m" | "1h" | "4h" | "1d";

/** The lengths of all documented intervals in milliseconds, shortest first. */
export const INTERVALS: Readonly<Record<Interval, number>> = {
  "1m": MINUTE,
  "5m": 5 * MINUTE,
  "15m": 15 * MINUTE,
  "1h": HOUR,
  "4h": 4 * HOUR,
  "1d": DAY,
};

/** The names of all documented intervals, shortest first. */
export const INTERVAL_NAMES: readonly Interval[] = /* @__PURE__ */ Object.keys(INTERVALS) as Interval[];

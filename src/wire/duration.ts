// Durations in milliseconds.
export const SECOND = 1000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** A candle interval that the platform documents. */
export type Interval = "1m" | "5m" | "15m" | "1h" | "4h" | "1d";

/** Lengths of candle intervals in milliseconds. */
export const INTERVALS: Readonly<Record<Interval, number>> = {
  "1m": MINUTE,
  "5m": 5 * MINUTE,
  "15m": 15 * MINUTE,
  "1h": HOUR,
  "4h": 4 * HOUR,
  "1d": DAY,
};

import { INTERVALS, type Interval } from "../../wire/index.ts";

export { DAY, HOUR, INTERVALS, MINUTE, SECOND } from "../../wire/index.ts";

/** The intervals for which the platform really has candles, shortest first; it documents more. */
export const SERVED_INTERVALS: readonly ["1m", "5m", "1h", "1d"] = ["1m", "5m", "1h", "1d"];

export type ServedInterval = (typeof SERVED_INTERVALS)[number];

export function isServedInterval(name: string): name is ServedInterval {
  return (SERVED_INTERVALS as readonly string[]).includes(name);
}

/** The length of an interval in milliseconds; undefined for an unknown name. */
export function intervalLength(name: string): number | undefined {
  return Object.hasOwn(INTERVALS, name) ? INTERVALS[name as Interval] : undefined;
}

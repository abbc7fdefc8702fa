import { CANDLE_INTERVALS, INTERVALS, type CandleInterval, type Interval } from "../../wire/index.ts";

export {
  CANDLE_INTERVALS,
  DAY,
  HOUR,
  INTERVAL_NAMES,
  INTERVALS,
  MINUTE,
  SECOND,
  type CandleInterval,
} from "../../wire/index.ts";

/** Whether the platform has candles of this interval. */
export function isCandleInterval(name: string): name is CandleInterval {
  return (CANDLE_INTERVALS as readonly string[]).includes(name);
}

/** The length of an interval in milliseconds; undefined for an unknown name. */
export function intervalLength(name: string): number | undefined {
  return Object.hasOwn(INTERVALS, name) ? INTERVALS[name as Interval] : undefined;
}

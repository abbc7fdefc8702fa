/** Milliseconds by which clocks may differ from what responses have shown. */
const TOLERANCE = 5000;
/** Observations within this many milliseconds are merged. */
const RESOLUTION = 1000;
/** Milliseconds by which an exchange's clock may be off if none of its own timestamps has been read. */
export const CLOCK_ERROR = 3_600_000;
const MAX_OBSERVATIONS = 256;

/** The earliest time that the exchange can have stamped on an order. */
export interface EarliestTime {
  /** Unix milliseconds of the exchange's clock. */
  readonly time: number;
  /** Whether the exchange's own timestamps were known, about when the order was sent. */
  readonly isCertain: boolean;
}

/**
 * Estimates how the clock that stamps orders differs from this client's. The estimate is only a hint: exchange, database
 * and edge have clocks of their own, which can be off, drift, or be set. So it is always the widest one. All readings
 * named `elapsed`, `receivedAt` or `sentAt` are of `clock.elapsed()`.
 */
export interface OrderClock {
  /** Learns that the exchange stamped `time` (Unix milliseconds) on a response. */
  observeStamp(time: number, receivedAt: number): void;
  /** Learns the smallest offset that another clock of the exchange, such as its edge's, can have to `clock.elapsed()`. */
  observeOffset(offset: number, receivedAt: number): void;
  /** Learns that the exchange stamped `time` at some point before the response. Used only if it agrees with other clocks. */
  observeEarlierStamp(time: number, receivedAt: number): void;
  /** Whether the last observation is old enough for another one. */
  isDue(elapsed: number): boolean;
  /** Number of distinct observations of the exchange's own timestamps since a reading. */
  stampsSince(elapsed: number): number;
  isStampedSince(elapsed: number): boolean;
  /** For an order that was sent at this reading; undefined if nothing has been learned. */
  earliest(sentAt: number): EarliestTime | undefined;
}

interface Observation {
  readonly from: number;
  until: number;
  /** Smallest offset of the exchange's clock to `clock.elapsed()`. */
  minOffset: number;
  isStamp: boolean;
}

export function createOrderClock(): OrderClock {
  const observations: Observation[] = [];

  function observe(offset: number, receivedAt: number, isStamp: boolean): void {
    const last = observations.at(-1);
    if (last !== undefined && receivedAt - last.from < RESOLUTION) {
      last.until = Math.max(last.until, receivedAt);
      last.minOffset = Math.min(last.minOffset, offset);
      last.isStamp ||= isStamp;
      return;
    }
    observations.push({ from: receivedAt, until: receivedAt, minOffset: offset, isStamp });
    if (observations.length > MAX_OBSERVATIONS) mergeOldest(observations);
  }

  const stampsSince = (elapsed: number): number =>
    observations.filter(({ until, isStamp }) => isStamp && until >= elapsed).length;

  return {
    observeStamp: (time, receivedAt) => observe(time - receivedAt, receivedAt, true),
    observeOffset: (offset, receivedAt) => observe(offset, receivedAt, false),
    observeEarlierStamp(time, receivedAt) {
      const last = observations.at(-1);
      const offset = time - receivedAt;
      if (last !== undefined && offset >= last.minOffset - TOLERANCE) observe(offset, receivedAt, true);
    },
    isDue(elapsed) {
      const last = observations.at(-1);
      return last === undefined || elapsed - last.until >= RESOLUTION;
    },
    stampsSince,
    isStampedSince: (elapsed) => stampsSince(elapsed) > 0,
    earliest(sentAt) {
      const firstAfter = observations.findIndex(({ until }) => until >= sentAt);
      const end = firstAfter === -1 ? observations.length : firstAfter;
      const relevant = observations.slice(Math.max(0, end - 2));
      const [first, ...others] = relevant;
      if (first === undefined) return undefined;
      let offset = Math.min(...relevant.map(({ minOffset }) => minOffset));
      const last = others.at(-1);
      // A clock that runs fast was further behind when the order was sent than when it was first observed.
      if (last !== undefined && first.from > sentAt && last.minOffset > first.minOffset)
        offset -= ((last.minOffset - first.minOffset) / (last.from - first.from)) * (first.from - sentAt);
      const isCertain = first.from <= sentAt + TOLERANCE && relevant.some(({ isStamp }) => isStamp);
      return { time: sentAt + offset - TOLERANCE, isCertain };
    },
  };
}

/** Merges the two oldest observations, which only widens the estimate. */
function mergeOldest(observations: Observation[]): void {
  const [first, second] = observations.splice(0, 2);
  if (first === undefined || second === undefined) return;
  observations.unshift({
    from: first.from,
    until: second.until,
    minOffset: Math.min(first.minOffset, second.minOffset),
    isStamp: first.isStamp || second.isStamp,
  });
}

/** Milliseconds by which clocks may differ from what answers have shown. */
const TOLERANCE = 5000;
/** Observations closer together than this are kept as one, in milliseconds. */
const RESOLUTION = 1000;
/** How far an exchange's clock can be off where it is not known by its own stamps, in milliseconds. */
export const CLOCK_ERROR = 3_600_000;
const MAX_OBSERVATIONS = 256;

/** The earliest time that the exchange can have stamped on an order. */
export interface EarliestTime {
  /** Unix milliseconds of the exchange's clock. */
  readonly time: number;
  /** Whether the clock was known by its own stamps, and about when the order was sent. */
  readonly isCertain: boolean;
}

/**
 * How far the clock that stamps orders is from this client's, as answers have shown it. It is a hint: exchange, database
 * and edge have clocks of their own, which can be off, drift or be set. So every estimate is the widest one.
 */
export interface OrderClock {
  /** Learns that the exchange stamped `time` on an answer that was received at this moment of `clock.elapsed()`. */
  stamped(time: number, received: number): void;
  /** Whether the last observation is old enough for another one. */
  isDue(elapsed: number): boolean;
  /** Learns the lowest difference that another clock of the exchange, such as its edge's, can have to `clock.elapsed()`. */
  shown(difference: number, received: number): void;
  /** Learns that the exchange stamped `time` no later than this: it confirms what another clock showed, or tells nothing. */
  stampedBefore(time: number, received: number): void;
  /** How many times the exchange's stamps were read since a moment of `clock.elapsed()`, each a second apart. */
  stampsSince(elapsed: number): number;
  /** Whether the exchange has stamped an answer since a moment of `clock.elapsed()`. */
  isStampedSince(elapsed: number): boolean;
  /** For an order sent at a moment of `clock.elapsed()`; undefined while nothing was learned. */
  earliest(sentAt: number): EarliestTime | undefined;
}

interface Observation {
  /** First and last moment, of `clock.elapsed()`. */
  readonly from: number;
  until: number;
  /** Lowest difference between the exchange's clock and `clock.elapsed()`. */
  low: number;
  isStamp: boolean;
}

export function createOrderClock(): OrderClock {
  const observations: Observation[] = [];

  function learn(time: number, received: number, isStamp: boolean): void {
    const low = time - received;
    const last = observations.at(-1);
    if (last !== undefined && received - last.from < RESOLUTION) {
      last.until = Math.max(last.until, received);
      last.low = Math.min(last.low, low);
      last.isStamp ||= isStamp;
      return;
    }
    observations.push({ from: received, until: received, low, isStamp });
    if (observations.length <= MAX_OBSERVATIONS) return;
    // The two oldest become one, which only makes the estimate wider.
    const [first, second] = observations.splice(0, 2) as [Observation, Observation];
    observations.unshift({
      from: first.from,
      until: second.until,
      low: Math.min(first.low, second.low),
      isStamp: first.isStamp || second.isStamp,
    });
  }

  return {
    stamped: (time, received) => learn(time, received, true),
    shown: (difference, received) => learn(difference + received, received, false),
    isDue(elapsed) {
      const last = observations.at(-1);
      return last === undefined || elapsed - last.until >= RESOLUTION;
    },
    stampedBefore(time, received) {
      const last = observations.at(-1);
      if (last !== undefined && time - received >= last.low - TOLERANCE) learn(time, received, true);
    },
    stampsSince: (elapsed) => observations.filter(({ until, isStamp }) => isStamp && until >= elapsed).length,
    isStampedSince: (elapsed) => observations.some(({ until, isStamp }) => isStamp && until >= elapsed),
    earliest(sentAt) {
      const firstAfter = observations.findIndex(({ until }) => until >= sentAt);
      const used = observations.slice(Math.max(0, (firstAfter === -1 ? observations.length : firstAfter) - 2));
      const [first, ...others] = used;
      if (first === undefined) return undefined;
      let low = Math.min(...used.map((observation) => observation.low));
      const last = others.at(-1);
      // A clock that runs fast was further back when the order was sent than at the first sight of it.
      if (last !== undefined && first.from > sentAt && last.low > first.low)
        low -= ((last.low - first.low) / (last.from - first.from)) * (first.from - sentAt);
      const isCertain = first.from <= sentAt + TOLERANCE && used.some(({ isStamp }) => isStamp);
      return { time: sentAt + low - TOLERANCE, isCertain };
    },
  };
}

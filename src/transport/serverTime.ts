import { MINUTE, parseHttpDate } from "../wire/index.ts";
import type { Clock } from "./clock.ts";

/** Before any response, the two clocks are assumed to agree within this many milliseconds. */
const INITIAL_ERROR: number = 2 * MINUTE;

/** Estimates the platform's time from its responses. Jumps of the local clock do not affect it. */
export interface ServerTime {
  /** Best estimate in Unix milliseconds. */
  now(): number;
  /** The same for a reading of `clock.elapsed()`. */
  at(elapsed: number): number;
  /** The earliest time, in Unix milliseconds, that the platform's clock can have shown at a reading of `clock.elapsed()`. */
  earliest(elapsed: number): number;
  /** Learns from a response to a request that was sent at `sentAt` and answered at `receivedAt` (of `clock.elapsed()`). */
  observe(
    headers: { readonly date?: string | null; readonly resetSeconds?: number | undefined },
    sentAt: number,
    receivedAt: number,
  ): void;
}

export function createServerTime(clock: Clock): ServerTime {
  /** Offset of the platform's clock to `clock.elapsed()`. Set on first use, since Workers have no time at startup. */
  let offset: number | undefined;
  let minOffset = 0;
  let maxOffset = 0;

  function start(): number {
    offset = clock.now() - clock.elapsed();
    minOffset = offset - INITIAL_ERROR;
    maxOffset = offset + INITIAL_ERROR;
    return offset;
  }

  /** Learns that the platform's clock showed a time within [from, until] at some point between `sentAt` and `receivedAt`. */
  function narrow(from: number, until: number, sentAt: number, receivedAt: number): void {
    const observedMin = from - receivedAt;
    const observedMax = until - sentAt;
    const min = Math.max(minOffset, observedMin);
    const max = Math.min(maxOffset, observedMax);
    // If they contradict each other, a clock was set or the machine slept. Then the newest response is right.
    [minOffset, maxOffset] = min <= max ? [min, max] : [observedMin, observedMax];
    offset = Math.min(Math.max(offset ?? start(), minOffset), maxOffset);
  }

  return {
    now: () => clock.elapsed() + (offset ?? start()),
    at: (elapsed) => elapsed + (offset ?? start()),
    earliest: (elapsed) => elapsed + (offset === undefined ? start() - INITIAL_ERROR : minOffset),
    observe({ date, resetSeconds }, sentAt, receivedAt) {
      if (offset === undefined) start();
      if (resetSeconds !== undefined) narrow(resetSeconds * 1000 - MINUTE, resetSeconds * 1000, sentAt, receivedAt);
      const respondedAt = date === undefined || date === null ? Number.NaN : parseHttpDate(date);
      if (!Number.isNaN(respondedAt)) narrow(respondedAt, respondedAt + 1000, sentAt, receivedAt);
    },
  };
}

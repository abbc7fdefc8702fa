import { MINUTE, parseHttpDate } from "../wire/index.ts";
import type { Clock } from "./clock.ts";
import { narrowBounds, type ClockBounds } from "./clockBounds.ts";

/** Before any response, the two clocks are assumed to agree within this many milliseconds. */
export const INITIAL_ERROR: number = 2 * MINUTE;

/** Estimates the platform's time from its responses. Jumps of the local clock do not affect it. */
export interface ServerTime {
  /** Best estimate in Unix milliseconds. */
  now(): number;
  /** The same for a reading of `clock.elapsed()`. */
  at(elapsed: number): number;
  /** The earliest time, in Unix milliseconds, that the platform's clock can have shown at a reading of `clock.elapsed()`. */
  earliest(elapsed: number): number;
  /** The same for the latest time. */
  latest(elapsed: number): number;
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
  /** Bounds of the offset, as responses have shown. */
  let bounds: ClockBounds | undefined;

  function start(): number {
    return (offset ??= clock.now() - clock.elapsed());
  }

  /** Learns that the platform's clock showed a time within [from, until] at some point between `sentAt` and `receivedAt`. */
  function narrow(from: number, until: number, sentAt: number, receivedAt: number): void {
    bounds = narrowBounds(bounds, { min: from - receivedAt, max: until - sentAt });
    offset = Math.min(Math.max(start(), bounds.min), bounds.max);
  }

  return {
    now: () => clock.elapsed() + start(),
    at: (elapsed) => elapsed + start(),
    earliest: (elapsed) => elapsed + (bounds === undefined ? start() - INITIAL_ERROR : bounds.min),
    latest: (elapsed) => elapsed + (bounds === undefined ? start() + INITIAL_ERROR : bounds.max),
    observe({ date, resetSeconds }, sentAt, receivedAt) {
      if (resetSeconds !== undefined) narrow(resetSeconds * 1000 - MINUTE, resetSeconds * 1000, sentAt, receivedAt);
      const respondedAt = date === undefined || date === null ? Number.NaN : parseHttpDate(date);
      if (!Number.isNaN(respondedAt)) narrow(respondedAt, respondedAt + 1000, sentAt, receivedAt);
    },
  };
}

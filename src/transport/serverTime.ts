import { parseHttpDate } from "../wire/index.ts";
import type { Clock } from "./clock.ts";

const MINUTE = 60_000;
/** Before any answer, the two clocks are trusted to agree this far. */
const TRUSTED = 120_000;

/** The platform's time, as its answers tell it; steps of the local clock do not touch it. */
export interface ServerTime {
  /** Best estimate in Unix milliseconds. */
  now(): number;
  /** The same for a moment of `clock.elapsed()`. */
  at(elapsed: number): number;
  /** Earliest Unix milliseconds that the platform's clock can have shown at a moment of `clock.elapsed()`. */
  earliest(elapsed: number): number;
  /** Learns from an answer that was asked for at `sent` and came at `received` (of `clock.elapsed()`). */
  observe(
    answer: { readonly date?: string | null; readonly resetSeconds?: number | undefined },
    sent: number,
    received: number,
  ): void;
}

export function createServerTime(clock: Clock): ServerTime {
  // Worker global scope has no time yet, so nothing is read before the first use.
  let shift: number | undefined;
  let low = 0;
  let high = 0;

  function start(): number {
    shift = clock.now() - clock.elapsed();
    low = shift - TRUSTED;
    high = shift + TRUSTED;
    return shift;
  }

  /** The platform's clock showed a time in [from, until] somewhere between `sent` and `received`. */
  function narrow(from: number, until: number, sent: number, received: number): void {
    const lowest = from - received;
    const highest = until - sent;
    const newLow = Math.max(low, lowest);
    const newHigh = Math.min(high, highest);
    // Contradiction: a clock was moved, or the machine slept. The newest answer is right.
    [low, high] = newLow <= newHigh ? [newLow, newHigh] : [lowest, highest];
    shift = Math.min(Math.max(shift ?? start(), low), high);
  }

  return {
    now: () => clock.elapsed() + (shift ?? start()),
    at: (elapsed) => elapsed + (shift ?? start()),
    earliest: (elapsed) => elapsed + (shift === undefined ? start() - TRUSTED : low),
    observe({ date, resetSeconds }, sent, received) {
      if (shift === undefined) start();
      if (resetSeconds !== undefined) narrow(resetSeconds * 1000 - MINUTE, resetSeconds * 1000, sent, received);
      const seconds = date === undefined || date === null ? Number.NaN : parseHttpDate(date);
      if (!Number.isNaN(seconds)) narrow(seconds, seconds + 1000, sent, received);
    },
  };
}

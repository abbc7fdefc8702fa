import type { ClockBounds } from "../transport/index.ts";
import { MINUTE } from "../wire/index.ts";

/**
 * Maximum milliseconds from the moment at which a client takes a slot until the platform counts its request. No lease can
 * be used in the last five seconds of a window, unless there is room in the next one as well.
 */
export const FLIGHT = 5000;
/** Shortest and longest use of a lease that counts in several windows, in milliseconds. */
const MIN_USE = 1000;
const SHORT_USE = 5000;

/** When slots that are granted now can be used, and the platform's windows in which their requests can be counted. */
export interface Span {
  /** Milliseconds of the budget's clock. */
  readonly until: number;
  readonly first: number;
  readonly last: number;
}

/** The platform's first and last minute in which a request can be counted that is sent at `from` to `until` of the budget's clock. */
export function windowsOf(from: number, until: number, ahead: ClockBounds): readonly [first: number, last: number] {
  return [Math.floor((from + ahead.min) / MINUTE), Math.floor((until + FLIGHT + ahead.max) / MINUTE)];
}

/** The use of slots that are granted now: the rest of the window if it is certain, else a short one across windows. */
export function spanAt(now: number, ahead: ClockBounds): Span {
  const minute = Math.floor((now + ahead.min) / MINUTE);
  const end = (minute + 1) * MINUTE - ahead.max - FLIGHT - 1;
  if (end - now >= MIN_USE) return { until: end, first: minute, last: minute };
  const until = now + SHORT_USE;
  const [first, last] = windowsOf(now, until, ahead);
  return { until, first, last };
}

/** Milliseconds until the platform has certainly entered its next window. */
export function untilNextWindow(now: number, ahead: ClockBounds): number {
  const minute = Math.floor((now + ahead.min) / MINUTE);
  return Math.ceil((minute + 1) * MINUTE - ahead.min - now);
}

/** From this uncertainty on, in milliseconds, requests around the turn of a window show when it is. */
const POOR = 2000;
/** Milliseconds before the presumed turn of a window at which it is first tried, and between two tries. */
const STEP = 500;
/** Milliseconds after the presumed turn after which trying is given up: it was presumed wrongly. */
const LATEST = 1500;

/**
 * When to try whether a new window has begun, in milliseconds from now; 0 for now, and Infinity if the platform's clock is
 * known well enough to do without. Pages cannot read the header `Date`, so they know only in which minute a response was.
 */
export function untilTry(now: number, ahead: ClockBounds): number {
  if (ahead.max - ahead.min <= POOR) return Infinity;
  const platform = now + Math.min(Math.max(0, ahead.min), ahead.max);
  const sinceTurn = ((platform % MINUTE) + MINUTE) % MINUTE;
  return sinceTurn <= LATEST ? 0 : Math.max(0, MINUTE - sinceTurn - STEP);
}

/** Milliseconds until the next try, or until no try is needed. */
export function untilNextTry(now: number, ahead: ClockBounds): number {
  return Math.min(untilNextWindow(now, ahead), untilTry(now, ahead) || STEP);
}

import { parseHttpDate } from "../wire/index.ts";
import type { LimitHeaders } from "./limiter.ts";

const MINUTE = 60;
const DAY = 86_400;
/** No platform counts more requests a minute; a larger number is a mistake. */
const LARGEST_LIMIT = 1_000_000;

/** What an answer's headers tell about the platform's clock and the budget. */
export interface AnswerHeaders extends LimitHeaders {
  /** The header `Date`, null where it does not tell when the platform answered. */
  readonly date: string | null;
}

/**
 * Reads `Date` and `X-RateLimit-*`. What cannot be true of a window of a minute is left out: gateways send seconds until
 * the reset, milliseconds, or a reset long past. `now` is the best estimate of the platform's time in Unix milliseconds.
 */
export function answerHeaders(header: (name: string) => string | null, now: number): AnswerHeaders {
  // A cache's answer has the date of when it was stored.
  const date = (count(header("age")) ?? 0) > 0 ? null : header("date");
  const reset = count(header("x-ratelimit-reset"));
  const limit = count(header("x-ratelimit-limit"));
  return {
    date,
    limit: limit === undefined ? undefined : Math.min(limit, LARGEST_LIMIT),
    remaining: count(header("x-ratelimit-remaining")),
    resetSeconds: reset !== undefined && isPlausible(reset, date, now) ? reset : undefined,
  };
}

/** The reset is within the minute after the answer, as far as proxies' clocks agree; without `Date` the hour may be off. */
function isPlausible(reset: number, date: string | null, now: number): boolean {
  const written = parseHttpDate(date ?? "");
  if (Number.isNaN(written)) return Math.abs(reset - now / 1000) <= DAY;
  const ahead = reset - written / 1000;
  return ahead >= -MINUTE && ahead <= 2 * MINUTE;
}

/** A whole number; a header that was sent twice comes as `"100, 100"`. */
function count(header: string | null): number | undefined {
  if (header === null) return undefined;
  const [first = "", ...others] = header.split(",").map((part) => part.trim());
  return /^\d{1,15}$/.test(first) && others.every((other) => other === first) ? Number(first) : undefined;
}

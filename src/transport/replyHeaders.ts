import { parseHttpDate } from "../wire/index.ts";
import type { LimitHeaders } from "./slot.ts";

const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_DAY = 86_400;
/** Larger limits are taken for mistakes: the platform allows at most 6000 requests per minute. */
const MAX_LIMIT = 1_000_000;

/** The rate limit and the platform's clock, as read from a response's headers. */
export interface ReplyHeaders extends LimitHeaders {
  /** The header `Date`; null if it is not the time of this response. */
  readonly date: string | null;
}

/**
 * Reads `Date` and `X-RateLimit-*`. Values that cannot be true of a one-minute window are omitted, because gateways also
 * send seconds until the reset, milliseconds, or a reset long past. `now` is the best estimate of the platform's time in
 * Unix milliseconds.
 */
export function readReplyHeaders(header: (name: string) => string | null, now: number): ReplyHeaders {
  // A cached response carries the date at which it was stored.
  const isCached = (readCount(header("age")) ?? 0) > 0;
  const date = isCached ? null : header("date");
  const reset = readCount(header("x-ratelimit-reset"));
  const limit = readCount(header("x-ratelimit-limit"));
  return {
    date,
    limit: limit === undefined ? undefined : Math.min(limit, MAX_LIMIT),
    remaining: readCount(header("x-ratelimit-remaining")),
    resetSeconds: reset !== undefined && isPlausibleReset(reset, date, now) ? reset : undefined,
  };
}

/** A reset is within a minute after the response, give or take the clocks of proxies. Without `Date`, hours may be off. */
function isPlausibleReset(reset: number, date: string | null, now: number): boolean {
  const respondedAt = parseHttpDate(date ?? "");
  if (Number.isNaN(respondedAt)) return Math.abs(reset - now / 1000) <= SECONDS_PER_DAY;
  const ahead = reset - respondedAt / 1000;
  return ahead >= -SECONDS_PER_MINUTE && ahead <= 2 * SECONDS_PER_MINUTE;
}

/** Reads a non-negative integer. A header that was sent twice arrives as `"100, 100"`. */
function readCount(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,15}$/.test(header)) return Number(header);
  const [first = "", ...others] = header.split(",").map((part) => part.trim());
  return /^\d{1,15}$/.test(first) && others.every((other) => other === first) ? Number(first) : undefined;
}

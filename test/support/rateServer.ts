import type { Clock } from "../../src/transport/index.ts";

export interface RateServerOptions {
  /** Milliseconds by which the platform's clock is ahead. */
  readonly skew?: number;
  readonly limit?: number;
  /** Whether responses have the header `Date`, which browsers cannot read. */
  readonly dates?: boolean;
}

/** Whether a request is rejected, and the headers of its response. */
export interface Verdict {
  readonly isRejected: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly retryAfter: number;
}

/** Counts requests as the platform does, in fixed windows of its own calendar minute. */
export function rateServer(clock: Clock, { skew = 0, limit = 100, dates = true }: RateServerOptions = {}) {
  const counts = new Map<number, number>();
  const rejections: number[] = [];
  return {
    /** Readings of `clock.elapsed()` at which a request was rejected. */
    rejections,
    counts,
    arrive(): Verdict {
      const now = clock.now() + skew;
      const seconds = Math.floor(now / 1000);
      const minute = Math.floor(seconds / 60);
      const count = (counts.get(minute) ?? 0) + 1;
      counts.set(minute, count);
      const reset = (minute + 1) * 60;
      const isRejected = count > limit;
      if (isRejected) rejections.push(clock.elapsed());
      const headers: Record<string, string> = {
        "x-ratelimit-limit": String(limit),
        "x-ratelimit-remaining": String(Math.max(0, limit - count)),
        "x-ratelimit-reset": String(reset),
      };
      if (dates) headers["date"] = new Date(seconds * 1000).toUTCString();
      return { isRejected, headers, retryAfter: reset - seconds };
    },
  };
}

import type { Clock } from "../../src/transport/index.ts";

export interface RateServerOptions {
  /** The platform's clock against the true time, in milliseconds. */
  readonly skew?: number;
  readonly limit?: number;
  /** Browsers cannot read the `Date` of an answer. */
  readonly dates?: boolean;
}

export interface Verdict {
  readonly refused: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly retryAfter: number;
}

/** Counts requests as the platform does: fixed windows of its own calendar minute. */
export function rateServer(clock: Clock, { skew = 0, limit = 100, dates = true }: RateServerOptions = {}) {
  const counts = new Map<number, number>();
  const refusals: number[] = [];
  return {
    /** Moments of `clock.elapsed()` at which a request was refused. */
    refusals,
    counts,
    arrive(): Verdict {
      const now = clock.now() + skew;
      const seconds = Math.floor(now / 1000);
      const minute = Math.floor(seconds / 60);
      const count = (counts.get(minute) ?? 0) + 1;
      counts.set(minute, count);
      const reset = (minute + 1) * 60;
      const refused = count > limit;
      if (refused) refusals.push(clock.elapsed());
      const headers: Record<string, string> = {
        "x-ratelimit-limit": String(limit),
        "x-ratelimit-remaining": String(Math.max(0, limit - count)),
        "x-ratelimit-reset": String(reset),
      };
      if (dates) headers["date"] = new Date(seconds * 1000).toUTCString();
      return { refused, headers, retryAfter: reset - seconds };
    },
  };
}

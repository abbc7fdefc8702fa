import { Rejection } from "../base/rejection.ts";
import { partOf, type Part } from "../engine/parts.ts";
import type { ExchangeState } from "../engine/state.ts";
import { rejectionReply, withHeaders, type Reply } from "./reply.ts";

/** The state of a rate limit after a request has been counted. */
export interface Budget {
  readonly headers: Readonly<Record<string, string>>;
  /** The reply to a request that exceeds the limit. */
  readonly rejection: Reply | undefined;
}

/** Counts requests per calendar minute. */
export interface RateLimiter {
  /** By account and tier. */
  countForAccount(accountId: string, path: string): Budget;
  /** By address, for logins and registrations; undefined for other paths, which have no limit. */
  countForAddress(address: string, path: string): Budget | undefined;
}

// The first matching prefix is a request's tier.
const TIERS = [
  { prefix: "/api/v1/trade/", limit: 100 },
  { prefix: "/api/v1/backtest/", limit: 6000 },
  { prefix: "/api/v1/training/", limit: 3000 },
];
const OTHER = { prefix: "", limit: 600 };

const ADDRESS_LIMITS: ReadonlyMap<string, { readonly counter: string; readonly limit: number }> = new Map([
  ["/api/v1/auth/login", { counter: "login", limit: 5 }],
  ["/api/v1/auth/user-login", { counter: "login", limit: 5 }],
  ["/api/v1/auth/register", { counter: "register", limit: 3 }],
]);

const WINDOW_SECONDS = 60;

/** The requests of the current calendar minute, by account and tier or by address. */
const REQUEST_COUNTS: Part<{ minute: number; readonly counts: Map<string, number> }> = {
  name: "requestCounts",
  create: () => ({ minute: -1, counts: new Map() }),
};

export function createRateLimiter(state: ExchangeState): RateLimiter {
  const requests = partOf(state, REQUEST_COUNTS);

  return {
    countForAccount(accountId, path) {
      const { prefix, limit } = TIERS.find((tier) => path.startsWith(tier.prefix)) ?? OTHER;
      return count(`${accountId} ${prefix}`, limit);
    },
    countForAddress(address, path) {
      const limited = ADDRESS_LIMITS.get(path);
      return limited && count(`${address} ${limited.counter}`, limited.limit);
    },
  };

  function count(counter: string, limit: number): Budget {
    const second = Math.floor(state.now / 1000);
    const current = Math.floor(second / WINDOW_SECONDS);
    if (current !== requests.minute) {
      requests.minute = current;
      requests.counts.clear();
    }
    const used = (requests.counts.get(counter) ?? 0) + 1;
    requests.counts.set(counter, used);
    const reset = (current + 1) * WINDOW_SECONDS;
    const headers = {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(Math.max(0, limit - used)),
      "x-ratelimit-reset": String(reset),
    };
    return { headers, rejection: used > limit ? limitReply(limit, reset - second) : undefined };
  }
}

function limitReply(limit: number, retryAfter: number): Reply {
  const details = { limit, window_seconds: WINDOW_SECONDS, retry_after_seconds: retryAfter };
  const reply = rejectionReply(new Rejection("RATE_LIMIT_EXCEEDED", "Too many requests.", details));
  return withHeaders(reply, { "retry-after": String(retryAfter) });
}

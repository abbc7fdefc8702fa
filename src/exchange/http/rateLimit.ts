import type { Account } from "../engine/model.ts";
import type { ExchangeState } from "../engine/state.ts";
import { errorReply, type Reply } from "./reply.ts";
import { Rejection } from "../base/rejection.ts";

/** What a counted request is told of its budget. */
export interface Budget {
  readonly headers: Readonly<Record<string, string>>;
  /** The answer to a request that is over the limit. */
  readonly refusal: Reply | undefined;
}

/** Counts requests in fixed calendar minutes. */
export interface RateLimiter {
  /** By account and tier; undefined where nothing is counted. */
  forAccount(account: Account, path: string): Budget;
  /** By address, for logins and registrations; undefined for other paths. */
  forAddress(path: string, address: string): Budget | undefined;
}

// The first prefix that fits is a request's tier.
const TIERS = [
  ["/api/v1/trade/", 100],
  ["/api/v1/backtest/", 6000],
  ["/api/v1/training/", 3000],
  ["", 600],
] as const;

const ADDRESS_LIMITS: Readonly<Record<string, readonly [counter: string, limit: number]>> = {
  "/api/v1/auth/login": ["login", 5],
  "/api/v1/auth/user-login": ["login", 5],
  "/api/v1/auth/register": ["register", 3],
};

const WINDOW_SECONDS = 60;

export function createRateLimiter(state: ExchangeState): RateLimiter {
  let minute = -1;
  const counts = new Map<string, number>();

  function count(counter: string, limit: number): Budget {
    const second = Math.floor(state.now / 1000);
    const current = Math.floor(second / WINDOW_SECONDS);
    if (current !== minute) {
      minute = current;
      counts.clear();
    }
    const used = (counts.get(counter) ?? 0) + 1;
    counts.set(counter, used);
    const reset = (current + 1) * WINDOW_SECONDS;
    const headers = {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(Math.max(0, limit - used)),
      "x-ratelimit-reset": String(reset),
    };
    return { headers, refusal: used > limit ? refused(limit, reset - second) : undefined };
  }

  return {
    forAccount(account, path) {
      const [prefix, limit] = TIERS.find(([start]) => path.startsWith(start)) ?? TIERS[3];
      return count(`${account.id} ${prefix}`, limit);
    },
    forAddress(path, address) {
      const limited = Object.hasOwn(ADDRESS_LIMITS, path) ? ADDRESS_LIMITS[path] : undefined;
      return limited === undefined ? undefined : count(`${address} ${limited[0]}`, limited[1]);
    },
  };
}

function refused(limit: number, retryAfter: number): Reply {
  const details = { limit, window_seconds: WINDOW_SECONDS, retry_after_seconds: retryAfter };
  const reply = errorReply(new Rejection("RATE_LIMIT_EXCEEDED", "Too many requests.", details)) as Reply;
  return { ...reply, headers: { ...reply.headers, "retry-after": String(retryAfter) } };
}

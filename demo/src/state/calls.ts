import { isAgentExchangeError, type RequestEvent, type ResponseEvent } from "agentexchange";
import { signal } from "@preact/signals";

/** One request of a call, in milliseconds of `performance.now()`. */
export interface RequestTiming {
  readonly name: string;
  readonly path: string;
  readonly attempt: number;
  /** When the call started waiting for this request. */
  readonly queuedAt: number;
  readonly sentAt: number;
  /** When the response headers arrived; equal to `completedAt` without a response. */
  readonly respondedAt: number;
  /** When the body had been read and decoded. */
  readonly completedAt: number;
  readonly status: number | null;
  readonly code: string | null;
}

/** A call that failed after all retries. */
export interface Failure {
  readonly id: number;
  readonly time: Date;
  readonly action: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly attempts: number;
}

/** Remaining requests of a rate limit window. */
export interface RateLimit {
  readonly tier: string;
  readonly limit: number;
  readonly remaining: number;
}

export interface Traffic {
  readonly requests: number;
  /** Repeated requests. */
  readonly retries: number;
  /** Requests that failed. */
  readonly errors: number;
  /** Whether each of the latest requests reached a working service; newest last. */
  readonly latest: readonly boolean[];
}

const MAX_FAILURES = 20;
const MAX_LATEST = 30;
const NO_TRAFFIC: Traffic = { requests: 0, retries: 0, errors: 0, latest: [] };

export const traffic = signal<Traffic>(NO_TRAFFIC);
export const failures = signal<readonly Failure[]>([]);
export const rateLimits = signal<readonly RateLimit[]>([]);

const listeners = new Set<(timing: RequestTiming) => void>();

/** Calls the listener for every completed request; returns an unsubscribe function. */
export function onRequest(listener: (timing: RequestTiming) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function resetCalls(): void {
  traffic.value = NO_TRAFFIC;
  failures.value = [];
  rateLimits.value = [];
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Client options that record its requests; `speed` is its clock's speed. */
export function recordRequests(
  fetch: Fetch,
  speed: number,
): {
  readonly fetch: Fetch;
  readonly onRequest: (event: RequestEvent) => void;
  readonly onResponse: (event: ResponseEvent) => void;
} {
  // Requests to one path are matched by order: none overtakes another before it is sent.
  const sent = new Map<string, number[]>();
  const responded = new Map<string, number[]>();
  const keyOf = (method: string, path: string): string => `${method} ${path}`;

  return {
    async fetch(url, init) {
      const { pathname, search } = new URL(url);
      const key = keyOf(init.method ?? "GET", pathname + search);
      const response = await fetch(url, init);
      push(responded, key, performance.now());
      readRateLimit(pathname, response.headers);
      return response;
    },
    onRequest: ({ method, path }) => push(sent, keyOf(method, path), performance.now()),
    onResponse({ name, method, path, attempt, waited, status, code }) {
      const key = keyOf(method, path);
      const completedAt = performance.now();
      const sentAt = sent.get(key)?.shift() ?? completedAt;
      const respondedAt = status === null ? completedAt : (responded.get(key)?.shift() ?? completedAt);
      countRequest(attempt, status, code);
      const timing: RequestTiming = {
        name,
        path,
        attempt,
        queuedAt: sentAt - waited / speed,
        sentAt,
        respondedAt,
        completedAt,
        status,
        code,
      };
      for (const listener of listeners) listener(timing);
    },
  };
}

function push(map: Map<string, number[]>, key: string, time: number): void {
  const times = map.get(key);
  if (times === undefined) map.set(key, [time]);
  else times.push(time);
}

/** Codes of cancelled requests. */
const ABORTED_CODE = "ABORTED";

/** Whether the network or the service failed, as opposed to a rejected request. */
function isOutage(status: number | null, code: string): boolean {
  if (status === null || status === 429 || code === "BROKEN_BODY") return true;
  return status >= 500 && code !== "PRICE_NOT_AVAILABLE";
}

function countRequest(attempt: number, status: number | null, code: string | null): void {
  if (code === ABORTED_CODE) return;
  const { requests, retries, errors, latest } = traffic.peek();
  traffic.value = {
    requests: requests + 1,
    retries: retries + (attempt > 1 ? 1 : 0),
    errors: errors + (code === null ? 0 : 1),
    latest: [...latest.slice(1 - MAX_LATEST), code === null || !isOutage(status, code)],
  };
}

const TIERS: readonly (readonly [path: string, tier: string])[] = [
  ["/api/v1/trade/", "orders"],
  ["/api/v1/market/", "market data"],
];

function readRateLimit(path: string, headers: Headers): void {
  const limit = Number(headers.get("x-ratelimit-limit") ?? Number.NaN);
  const remaining = Number(headers.get("x-ratelimit-remaining") ?? Number.NaN);
  if (Number.isNaN(limit) || Number.isNaN(remaining)) return;
  const tier = TIERS.find(([start]) => path.startsWith(start))?.[1] ?? "general";
  const others = rateLimits.peek().filter((budget) => budget.tier !== tier);
  rateLimits.value = [...others, { tier, limit, remaining }].toSorted((a, b) => (a.tier < b.tier ? -1 : 1));
}

let failureCount = 0;

/** Records a failed call, unless it ended because its client was closed. */
export function recordFailure(what: string, error: unknown): void {
  const known = isAgentExchangeError(error);
  if (known && error.code === "CLIENT_CLOSED") return;
  const failure: Failure = {
    id: ++failureCount,
    time: new Date(),
    action: what,
    code: known ? error.code : "UNEXPECTED",
    message: messageOf(error),
    hint: known ? error.hint : null,
    attempts: known ? error.attempts : 0,
  };
  failures.value = [failure, ...failures.peek()].slice(0, MAX_FAILURES);
}

/** The error message without the trailing hint. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = isAgentExchangeError(error) ? error.hint : null;
  return hint !== null && error.message.endsWith(hint) ? error.message.slice(0, -hint.length).trimEnd() : error.message;
}

import {
  AuthenticationError,
  isAgentExchangeError,
  PermissionError,
  type RequestEvent,
  type ResponseEvent,
} from "agentexchange";
import { signal } from "@preact/signals";

/** One request of a call, in milliseconds of `performance.now()`. */
export interface RequestTiming {
  readonly id: number;
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
  /** When a working service last answered, in milliseconds of `performance.now()`; null before. */
  readonly answeredAt: number | null;
}

const MAX_FAILURES = 20;
const MAX_LATEST = 30;
const NO_TRAFFIC: Traffic = { requests: 0, retries: 0, errors: 0, latest: [], answeredAt: null };

export const traffic = signal<Traffic>(NO_TRAFFIC);
export const failures = signal<readonly Failure[]>([]);
export const rateLimits = signal<readonly RateLimit[]>([]);
/** What the service said when it refused the key; null unless it did. Another connection resets it. */
export const keyRefused = signal<string | null>(null);

let credential: "key" | "token" = "key";

const listeners = new Set<(timing: RequestTiming) => void>();

/** Calls the listener for every completed request; returns an unsubscribe function. */
export function onRequest(listener: (timing: RequestTiming) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

const sendListeners = new Set<(name: string) => void>();

/** Calls the listener with the method's name when a request is sent; returns an unsubscribe function. */
export function onSent(listener: (name: string) => void): () => void {
  sendListeners.add(listener);
  return () => void sendListeners.delete(listener);
}

/** Forgets what was known of the connection before; says what the service knows the next one by. */
export function resetCalls(by: "key" | "token"): void {
  credential = by;
  traffic.value = NO_TRAFFIC;
  failures.value = [];
  rateLimits.value = [];
  keyRefused.value = null;
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
  return {
    onRequest({ name }) {
      for (const listener of sendListeners) listener(name);
    },
    async fetch(url, init) {
      const response = await fetch(url, init);
      readRateLimit(new URL(url).pathname, response.headers);
      return response;
    },
    onResponse({ id, name, path, attempt, waited, took, headersTook, status, code }) {
      const completedAt = performance.now();
      const sentAt = completedAt - took / speed;
      countRequest(attempt, status, code);
      const timing: RequestTiming = {
        id,
        name,
        path,
        attempt,
        queuedAt: sentAt - waited / speed,
        sentAt,
        respondedAt: headersTook === null ? completedAt : sentAt + headersTook / speed,
        completedAt,
        status,
        code,
      };
      for (const listener of listeners) listener(timing);
    },
  };
}

/** Codes of requests that the page itself ended: it no longer needs the answer, or has another connection. */
const ENDED_CODES: ReadonlySet<string | null> = new Set(["ABORTED", "CLIENT_CLOSED"]);

/** Whether the network or the service failed, as opposed to a rejected request. */
function isOutage(status: number | null, code: string): boolean {
  if (status === null || status === 429 || code === "BROKEN_BODY") return true;
  return status >= 500 && code !== "PRICE_NOT_AVAILABLE";
}

/** Whether a call failed because the network or the service did. */
export function isUnanswered(error: unknown): boolean {
  return isAgentExchangeError(error) && isOutage(error.status, error.code);
}

function countRequest(attempt: number, status: number | null, code: string | null): void {
  if (ENDED_CODES.has(code)) return;
  const { requests, retries, errors, latest, answeredAt } = traffic.peek();
  const answered = code === null || !isOutage(status, code);
  traffic.value = {
    requests: requests + 1,
    retries: retries + (attempt > 1 ? 1 : 0),
    errors: errors + (code === null ? 0 : 1),
    latest: [...latest.slice(1 - MAX_LATEST), answered],
    answeredAt: answered ? performance.now() : answeredAt,
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
export function recordFailure(what: string, error: unknown, refusesKey = isRefusedKey(error)): void {
  const known = isAgentExchangeError(error);
  if (known && error.code === "CLIENT_CLOSED") return;
  if (refusesKey) keyRefused.value = messageOf(error);
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

/** Whether the service does not know the key or token. One that is known but may not do something is another matter. */
function isRefusedKey(error: unknown): boolean {
  return error instanceof AuthenticationError && !isDenial(error);
}

/** Whether the service knows the key or token, but does not let it do this. */
export function isDenial(error: unknown): boolean {
  if (error instanceof PermissionError) return true;
  // Requests for market data carry no token. A gateway misses it where the data is not public.
  return credential === "token" && error instanceof AuthenticationError && error.code === "INVALID_API_KEY";
}

/** The error message without the trailing hint. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = isAgentExchangeError(error) ? error.hint : null;
  return hint !== null && error.message.endsWith(hint) ? error.message.slice(0, -hint.length).trimEnd() : error.message;
}

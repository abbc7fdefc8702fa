import { isAgentExchangeError, type RequestEvent, type ResponseEvent } from "agentexchange";
import { signal } from "@preact/signals";

/** One request of a call, in milliseconds of `performance.now()`. */
export interface Trip {
  readonly name: string;
  readonly path: string;
  readonly attempt: number;
  /** When the call began to wait for this request. */
  readonly began: number;
  readonly sent: number;
  /** When the answer's head was in; the same as `over` when none came. */
  readonly arrived: number;
  /** When its body was read and decoded. */
  readonly over: number;
  readonly status: number | null;
  readonly code: string | null;
}

/** A call that failed in the end. */
export interface Failure {
  readonly id: number;
  readonly time: Date;
  readonly what: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly attempts: number;
}

/** What is left of the requests of a minute. */
export interface Budget {
  readonly tier: string;
  readonly limit: number;
  readonly remaining: number;
}

export interface Traffic {
  readonly requests: number;
  /** Second and third requests of a call. */
  readonly retries: number;
  /** Requests that met an error. */
  readonly errors: number;
  /** Of the latest requests, newest last, whether line and service were in order. */
  readonly latest: readonly boolean[];
}

const KEPT_FAILURES = 20;
const LATEST = 30;
const NO_TRAFFIC: Traffic = { requests: 0, retries: 0, errors: 0, latest: [] };

export const traffic = signal<Traffic>(NO_TRAFFIC);
export const failures = signal<readonly Failure[]>([]);
export const budgets = signal<readonly Budget[]>([]);

const listeners = new Set<(trip: Trip) => void>();

/** Tells of every request that is over, until the function that it gives back is called. */
export function onTrip(listener: (trip: Trip) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function forgetCalls(): void {
  traffic.value = NO_TRAFFIC;
  failures.value = [];
  budgets.value = [];
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What a client is given so that its requests can be watched; `speed` is that of its clock. */
export function watched(
  fetch: Fetch,
  speed: number,
): {
  readonly fetch: Fetch;
  readonly onRequest: (event: RequestEvent) => void;
  readonly onResponse: (event: ResponseEvent) => void;
} {
  // Requests of one path are told apart by their order: none overtakes another before it is sent.
  const sent = new Map<string, number[]>();
  const arrived = new Map<string, number[]>();
  const keyOf = (method: string, path: string): string => `${method} ${path}`;

  return {
    async fetch(url, init) {
      const { pathname, search } = new URL(url);
      const key = keyOf(init.method ?? "GET", pathname + search);
      const response = await fetch(url, init);
      push(arrived, key, performance.now());
      learnBudget(pathname, response.headers);
      return response;
    },
    onRequest: ({ method, path }) => push(sent, keyOf(method, path), performance.now()),
    onResponse({ name, method, path, attempt, waited, status, code }) {
      const key = keyOf(method, path);
      const over = performance.now();
      const start = sent.get(key)?.shift() ?? over;
      const answer = status === null ? over : (arrived.get(key)?.shift() ?? over);
      count(attempt, status, code);
      const trip = {
        name,
        path,
        attempt,
        began: start - waited / speed,
        sent: start,
        arrived: answer,
        over,
        status,
        code,
      };
      for (const listener of listeners) listener(trip);
    },
  };
}

function push(map: Map<string, number[]>, key: string, time: number): void {
  const times = map.get(key);
  if (times === undefined) map.set(key, [time]);
  else times.push(time);
}

/** Of requests that nobody waits for any more. */
const ABORTED = "ABORTED";

/** Whether it is the line or the service that failed, and not what was asked for. */
function isTrouble(status: number | null, code: string): boolean {
  if (status === null || status === 429 || code === "BROKEN_BODY") return true;
  return status >= 500 && code !== "PRICE_NOT_AVAILABLE";
}

function count(attempt: number, status: number | null, code: string | null): void {
  if (code === ABORTED) return;
  const { requests, retries, errors, latest } = traffic.peek();
  traffic.value = {
    requests: requests + 1,
    retries: retries + (attempt > 1 ? 1 : 0),
    errors: errors + (code === null ? 0 : 1),
    latest: [...latest.slice(1 - LATEST), code === null || !isTrouble(status, code)],
  };
}

const TIERS: readonly (readonly [path: string, tier: string])[] = [
  ["/api/v1/trade/", "orders"],
  ["/api/v1/market/", "market data"],
];

function learnBudget(path: string, headers: Headers): void {
  const limit = Number(headers.get("x-ratelimit-limit") ?? Number.NaN);
  const remaining = Number(headers.get("x-ratelimit-remaining") ?? Number.NaN);
  if (Number.isNaN(limit) || Number.isNaN(remaining)) return;
  const tier = TIERS.find(([start]) => path.startsWith(start))?.[1] ?? "general";
  const others = budgets.peek().filter((budget) => budget.tier !== tier);
  budgets.value = [...others, { tier, limit, remaining }].toSorted((a, b) => (a.tier < b.tier ? -1 : 1));
}

let failureCount = 0;

/** Writes a failure down; a call that ended because its client was closed is none. */
export function noteFailure(what: string, error: unknown): void {
  const known = isAgentExchangeError(error);
  if (known && error.code === "CLIENT_CLOSED") return;
  const failure: Failure = {
    id: ++failureCount,
    time: new Date(),
    what,
    code: known ? error.code : "UNEXPECTED",
    message: messageOf(error),
    hint: known ? error.hint : null,
    attempts: known ? error.attempts : 0,
  };
  failures.value = [failure, ...failures.peek()].slice(0, KEPT_FAILURES);
}

/** The message without the hint at its end. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = isAgentExchangeError(error) ? error.hint : null;
  return hint !== null && error.message.endsWith(hint) ? error.message.slice(0, -hint.length).trimEnd() : error.message;
}

import { canonicalAgentId, checkClientOptions, resolveOrigin } from "./checkOptions.ts";
import { systemClock, type Clock } from "./clock.ts";
import { keyChecksum } from "./keyChecksum.ts";
import type { SharedLimiter } from "./limiter.ts";
import type { ClientOptions, RetryOptions } from "./options.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface RetryPolicy {
  readonly attempts: number;
  readonly baseDelay: number;
  readonly maxDelay: number;
  /** Source of jitter: a number in [0, 1). */
  readonly random: () => number;
}

/** The client's options with defaults filled in. Never changes. */
export interface TransportConfig {
  /** Scheme, host and an optional path prefix, without a trailing slash. */
  readonly origin: string;
  readonly clock: Clock;
  readonly fetch: Fetch;
  /** Milliseconds for a whole call. */
  readonly timeout: number;
  readonly maxResponseBytes: number;
  readonly retry: RetryPolicy;
  readonly rateLimit: "wait" | "throw" | SharedLimiter | false;
  readonly agentId: string | undefined;
  /** Equal for two clients that use the same API key; null without a key. */
  readonly keyChecksum: string | null;
  readonly idempotencyKeys: boolean;
  readonly traceId: (() => string) | undefined;
  readonly onRequest: ClientOptions["onRequest"];
  readonly onResponse: ClientOptions["onResponse"];
}

/** @throws ValidationError if an option is unknown or invalid */
export function createConfig(options: ClientOptions): TransportConfig {
  checkClientOptions(options);
  const { traceId } = options;
  return Object.freeze({
    origin: resolveOrigin(options),
    clock: options.clock ?? systemClock,
    // Read on each call because fetch can be patched later, and called as a function: as a method it throws in browsers.
    fetch: (url: string, init: RequestInit) => (options.fetch ?? globalThis.fetch)(url, init),
    timeout: options.timeout ?? 30_000,
    maxResponseBytes: options.maxResponseBytes ?? 64 * 1024 * 1024,
    retry: createRetryPolicy(options.retry),
    rateLimit: options.rateLimit ?? "wait",
    agentId: canonicalAgentId(options.agentId),
    keyChecksum: options.apiKey === undefined ? null : keyChecksum(options.apiKey),
    idempotencyKeys: options.idempotencyKeys ?? false,
    traceId: typeof traceId === "string" ? () => traceId : traceId,
    onRequest: options.onRequest,
    onResponse: options.onResponse,
  });
}

function createRetryPolicy(retry: RetryOptions | false = {}): RetryPolicy {
  const {
    attempts = 3,
    baseDelay = 250,
    maxDelay = 5000,
    random = Math.random, // eslint-disable-line no-restricted-properties -- the only source of randomness, replaceable by an option
  } = retry === false ? { attempts: 1 } : retry;
  return Object.freeze({ attempts, baseDelay, maxDelay, random });
}

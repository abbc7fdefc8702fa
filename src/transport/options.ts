import type { Clock } from "./clock.ts";
import type { IntentStore } from "./intentStore.ts";
import type { SharedLimiter } from "./limiter.ts";

/** How a call that may be repeated is retried. */
export interface RetryOptions {
  /** Maximum number of requests per call, the first included; default 3. */
  readonly attempts?: number | undefined;
  /** Maximum delay before the first retry in milliseconds, doubled for each further one; default 250. */
  readonly baseDelay?: number | undefined;
  /** Maximum delay before any retry in milliseconds; default 5000. */
  readonly maxDelay?: number | undefined;
  /** Source of jitter, a number in [0, 1): each delay is that fraction of its maximum. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** A bearer token and its expiry. */
export interface Token {
  readonly token: string;
  /** When it expires. If omitted, it is read from the token itself; otherwise the token is used until the platform rejects it. */
  readonly expiresAt?: Date | undefined;
}

/** Reported to `onRequest` before a request is sent. Never contains a key, a token or a body. */
export interface RequestEvent {
  /** The same in both events of one request, and in those of no other request of the client. */
  readonly id: number;
  /** Name of the client method, such as `getPrice`. */
  readonly name: string;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Number of this request within its call, from 1. */
  readonly attempt: number;
  /** Milliseconds that the call waited before this request, for the rate limit, a login or a retry. */
  readonly waited: number;
}

/** Reported to `onResponse` when a request has ended. */
export interface ResponseEvent extends RequestEvent {
  /** HTTP status; null without a response. */
  readonly status: number | null;
  /** Milliseconds from sending to the end of the body. */
  readonly took: number;
  /** Milliseconds from sending to the headers of the response; null without a response. */
  readonly headersTook: number | null;
  /** The error's code; null for a success. */
  readonly code: string | null;
}

/** The members of a WebSocket's events that a stream uses. */
export interface WebSocketEvent {
  readonly type: string;
  /** The message of a `message` event. */
  readonly data?: unknown;
  /** The code of a `close` event. */
  readonly code?: number;
}

/** The members of a WebSocket that a stream uses. The standard class of browsers, Workers and Node has them. */
export interface WebSocketLike {
  send(message: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "message" | "close" | "error", listener: (event: WebSocketEvent) => void): void;
}

/** The standard `WebSocket` class, or a compatible one. */
export type WebSocketConstructor = new (url: string) => WebSocketLike;

/** Options of a client. */
export interface ClientOptions {
  /** The API key of an agent or an account. Requires no login. */
  readonly apiKey?: string | undefined;
  /** The account's API secret. Required only for `token: "login"` and `signRequests`. */
  readonly apiSecret?: string | undefined;
  /**
   * A bearer token instead of a key: the token, a function that returns one (called again when the token expires, never
   * twice at the same time), or `"login"` to log in with `apiKey` and `apiSecret`.
   */
  readonly token?: "login" | (string & {}) | (() => Promise<string | Token> | string | Token) | undefined;
  /** The agent to act for, with an account's key or a token. Not needed with an agent's key. */
  readonly agentId?: string | undefined;
  /** Origin of the platform; default `http://localhost:8000`. */
  readonly baseUrl?: string | undefined;
  /** Milliseconds for a whole call, including waiting, login, all requests and reading the body; default 30 000. */
  readonly timeout?: number | undefined;
  /**
   * Maximum size of a response body in bytes, after decompression; default 64 MiB (67 108 864). A larger one is a
   * `ResponseError`, or for orders an `OrderOutcomeUnknownError`.
   */
  readonly maxResponseBytes?: number | undefined;
  /** How reads and cancels are retried; `false` for never. An order is repeated only if it was not executed. */
  readonly retry?: RetryOptions | false | undefined;
  /**
   * At the rate limit: `"wait"` (default), `"throw"` a RateLimitError, or `false` to send anyway. `sharedLimiter(budget)`
   * counts the requests of several clients of one account together.
   */
  readonly rateLimit?: "wait" | "throw" | SharedLimiter | false | undefined;
  /** Signs every request with `apiSecret`, for a gateway that requires it. The platform itself does not. */
  readonly signRequests?: boolean | undefined;
  /** Called with a URL and a `RequestInit`; default the runtime's own `fetch`. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /**
   * Opens streams: a class such as the standard one, or `"fetch"` to upgrade a request of the client's `fetch`, as
   * Workers do. Default the runtime's own class.
   */
  readonly WebSocket?: WebSocketConstructor | "fetch" | undefined;
  /** Default the system clock. */
  readonly clock?: Clock | undefined;
  /** Sent as `X-Trace-Id`, which the platform logs. */
  readonly traceId?: string | (() => string) | undefined;
  /** Called before every request. Errors it throws are ignored. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined;
  /** Called after every request. Errors it throws are ignored. */
  readonly onResponse?: ((event: ResponseEvent) => void) | undefined;
  /**
   * Stores each order before it is sent, until its outcome is known. After a crash, `client.unresolvedOrders()` returns
   * the orders that are left. Default none.
   */
  readonly intents?: IntentStore | undefined;
  /**
   * Sends an `Idempotency-Key` with every order. If the server shows that it honors keys, an order whose response was
   * lost is sent again with the same key. Default false: the platform ignores the header, and its CORS rules reject it.
   */
  readonly idempotencyKeys?: boolean | undefined;
  /** Allows sending credentials over plain http to other hosts than this machine. */
  readonly allowInsecureHttp?: boolean | undefined;
}

/** Options of one call; always the last argument. */
export interface CallOptions {
  /** Aborts the call with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for this call; default the client's `timeout`. */
  readonly timeout?: number | undefined;
  /** The agent to act for; default the client's `agentId`. */
  readonly agentId?: string | undefined;
  /**
   * Only for orders: the `Idempotency-Key` to send, such as the one that your own caller sent you. A server that honors
   * keys executes an order once for each key. The platform ignores it.
   */
  readonly idempotencyKey?: string | undefined;
}

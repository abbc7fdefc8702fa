import type { Clock } from "./clock.ts";
import type { IntentStore } from "./intentStore.ts";

/** How often and how patiently a call that may be repeated is repeated. */
export interface RetryOptions {
  /** Requests a call may send in all; default 3. */
  readonly attempts?: number | undefined;
  /** Longest wait before the second request in milliseconds; doubles each time; default 250. */
  readonly baseDelay?: number | undefined;
  /** Longest wait before any request in milliseconds; default 5000. */
  readonly maxDelay?: number | undefined;
  /** Chance in [0, 1) for the waits, which are drawn between 0 and the longest; default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** A bearer token and when it ends. */
export interface Token {
  readonly token: string;
  /** When the platform stops taking it. Without it the token itself is asked, or the platform's refusal awaited. */
  readonly expiresAt?: Date | undefined;
}

/** What an observer learns before a request is sent. Never a key, a token or a body. */
export interface RequestEvent {
  /** The client method, such as `getPrice`. */
  readonly name: string;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** 1 for the first request of a call. */
  readonly attempt: number;
  /** Milliseconds that the call waited before this request: for the rate limit, a login, a retry. */
  readonly waited: number;
}

/** What an observer learns when a request is over. */
export interface ResponseEvent extends RequestEvent {
  /** HTTP status, null when no answer came. */
  readonly status: number | null;
  /** Milliseconds from sending to the end of the body. */
  readonly took: number;
  /** The code of the error that the answer means, null for a success. */
  readonly code: string | null;
}

/** What a stream needs of a WebSocket's events. */
export interface WebSocketEvent {
  readonly type: string;
  /** Of a message. */
  readonly data?: unknown;
  /** Of the end. */
  readonly code?: number;
}

/** What a stream needs of a WebSocket: the standard's shape, as browsers, Workers and Node have it. */
export interface WebSocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "message" | "close" | "error", listener: (event: WebSocketEvent) => void): void;
}

/** The standard's `WebSocket`, or one of the same shape. */
export type WebSocketConstructor = new (url: string) => WebSocketLike;

/** How a client reaches the platform. */
export interface ClientOptions {
  /** An agent's key, or an account's. Enough by itself: no login is made. */
  readonly apiKey?: string | undefined;
  /** The account's secret: for `token: "login"` and `signRequests`; not needed otherwise. */
  readonly apiSecret?: string | undefined;
  /**
   * A bearer token instead of a key: the token, a function that gets one (called once at a time, again when it
   * ends), or `"login"` to log in with `apiKey` and `apiSecret`.
   */
  readonly token?: "login" | (string & {}) | (() => Promise<string | Token> | string | Token) | undefined;
  /** The agent to act for, with an account's key or a token. An agent's key needs none. */
  readonly agentId?: string | undefined;
  /** Origin of the platform; default `http://localhost:8000`. */
  readonly baseUrl?: string | undefined;
  /** Milliseconds for a whole call: waiting, logging in, all requests and the body; default 30 000. */
  readonly timeout?: number | undefined;
  /**
   * Bytes of one answer's body, decompressed, that are read at most; default 64 MiB (67 108 864). A larger one is a
   * `ResponseError`, for orders an `OrderOutcomeUnknownError`.
   */
  readonly maxResponseBytes?: number | undefined;
  /** Repeats of reads and cancels; `false` for none. An order is repeated only if it was not executed. */
  readonly retry?: RetryOptions | false | undefined;
  /** At the limit of requests: `"wait"` (default), `"throw"` a RateLimitError, or `false` for no limiter. */
  readonly rateLimit?: "wait" | "throw" | false | undefined;
  /** Signs every request with `apiSecret` for a gateway that asks for it; the platform itself does not. */
  readonly signRequests?: boolean | undefined;
  /** Called with a URL and what to send there; default the runtime's own. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /**
   * What streams are opened with: a class such as the standard's; or `"fetch"`, the way of Workers, by the client's own
   * `fetch`. Default the runtime's own.
   */
  readonly WebSocket?: WebSocketConstructor | "fetch" | undefined;
  /** Default the system's. */
  readonly clock?: Clock | undefined;
  /** Sent as `X-Trace-Id`, for the platform's logs. */
  readonly traceId?: string | (() => string) | undefined;
  /** Called before every request. What it throws is ignored. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined;
  /** Called after every request. What it throws is ignored. */
  readonly onResponse?: ((event: ResponseEvent) => void) | undefined;
  /**
   * Where orders are written down before they are sent, and removed when their outcome is known:
   * `client.unresolvedOrders()` gives what a crash left. Default none.
   */
  readonly intents?: IntentStore | undefined;
  /**
   * Sends an `Idempotency-Key` with every order. Towards a server that shows that it honours the key, an order whose
   * answer was lost is sent again with the same key. Default false: the platform ignores it, and refuses it from pages.
   */
  readonly idempotencyKeys?: boolean | undefined;
  /** Allows credentials over plain http to other hosts than this machine. */
  readonly allowInsecureHttp?: boolean | undefined;
}

/** Options of one call; always the last argument. */
export interface CallOptions {
  /** Ends the call with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for this call, instead of the client's. */
  readonly timeout?: number | undefined;
  /** The agent to act for, instead of the client's. */
  readonly agentId?: string | undefined;
}

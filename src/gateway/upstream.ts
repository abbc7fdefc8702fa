import { createClient, partsOf } from "../client/index.ts";
import type { Clock, ClientOptions } from "../transport/index.ts";
import { createStreamContext } from "../stream/context.ts";
import { openSocket, type Socket, type SocketListener } from "../stream/socket.ts";
import { readText } from "./admission.ts";
import type { UpstreamAnswer } from "./cache.ts";
import { errorBody, GatewayRejection } from "./rejection.ts";

/** Milliseconds for a request to the platform. Callers usually wait 30 s, and must learn what became of it. */
export const UPSTREAM_TIMEOUT = 10_000;
/** Bytes of an answer of the platform. */
export const MAX_ANSWER: number = 16 * 1024 * 1024;

/** Headers of the platform's answers that callers get. */
const PASSED = [
  "content-type",
  "retry-after",
  "x-ratelimit-limit",
  "x-ratelimit-remaining",
  "x-ratelimit-reset",
] as const;

/** Fields of JSON that contain keys, and enough of their syntax not to match text inside of strings. */
const KEY_FIELD = /(?<!\\)"((?:agent_)?api_key(?:_preview)?|api_secret|secret|token)"(\s*:\s*)"(?:[^"\\]|\\.)*"/g;
const HIDDEN = "hidden-by-gateway";

/** A request to the platform, built by the gateway. */
export interface UpstreamRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body: string | undefined;
  /** Whether the key is sent along. */
  readonly withKey: boolean;
  readonly agentId: string | undefined;
  readonly traceId: string | undefined;
}

/** The connection to the platform. The only part that has the key. */
export interface Upstream {
  readonly clock: Clock;
  /** @throws GatewayRejection if there is no usable answer */
  request(request: UpstreamRequest): Promise<UpstreamAnswer>;
  /** Opens the platform's stream. */
  openStream(listener: SocketListener): Socket;
  /** Removes the key from a text. */
  hideKey(text: string): string;
}

/** The options of the client that reaches the platform. @throws TypeError without a key */
export function upstreamOptions(options: ClientOptions): ClientOptions & { readonly apiKey: string } {
  const { apiKey, token, signRequests } = options;
  if (apiKey === undefined || token !== undefined || signRequests !== undefined)
    throw new TypeError("A gateway reaches the platform with upstream.apiKey, and without token and signRequests.");
  return { timeout: UPSTREAM_TIMEOUT, ...options, apiKey };
}

export function createUpstream(options: ClientOptions): Upstream {
  const { apiKey, ...checked } = upstreamOptions(options);
  const { transport } = partsOf(createClient({ ...checked, apiKey }));
  const { origin, clock, fetch, timeout } = transport.config;
  const hideKey = (text: string): string => text.replaceAll(apiKey, HIDDEN);

  async function exchange(request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamAnswer> {
    const { method, target, body, withKey, agentId, traceId } = request;
    const headers: Record<string, string> = {};
    if (withKey) headers["X-API-Key"] = apiKey;
    if (withKey && agentId !== undefined) headers["X-Agent-Id"] = agentId;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (traceId !== undefined) headers["X-Trace-Id"] = traceId;
    const init: RequestInit = { method, headers, redirect: "manual", signal };
    const response = await fetch(origin + target, body === undefined ? init : { ...init, body });
    const text = await readText(response, MAX_ANSWER);
    if (text === undefined) throw new TypeError("The platform's answer is too large.");
    return filterAnswer(response, text, hideKey);
  }

  return {
    clock,
    hideKey,
    async request(request) {
      const controller = new AbortController();
      let timer: unknown;
      const expiry = new Promise<never>((_, reject) => {
        timer = clock.setTimeout(() => {
          controller.abort();
          reject(new GatewayRejection(504, "UPSTREAM_TIMEOUT", "The platform did not answer in time."));
        }, timeout);
      });
      try {
        return await Promise.race([exchange(request, controller.signal), expiry]);
      } catch (error) {
        if (error instanceof GatewayRejection) throw error;
        throw new GatewayRejection(502, "UPSTREAM_FAILED", "The platform could not be reached.");
      } finally {
        clock.clearTimeout(timer);
      }
    },
    openStream: (listener) => openSocket(createStreamContext(transport), listener),
  };
}

/** What a caller gets of an answer: no cookies, no keys, no headers of the connection. */
export function filterAnswer(response: Response, text: string, hideKey: (text: string) => string): UpstreamAnswer {
  const { status } = response;
  // A redirect would be followed with the caller's credentials; an answer to our own key is not the caller's.
  if (status === 401)
    return {
      status: 403,
      body: errorBody("PERMISSION_DENIED", "The platform did not accept the gateway's key."),
      headers: { "content-type": "application/json" },
    };
  if (status < 200 || (status >= 300 && status < 400))
    throw new GatewayRejection(502, "UPSTREAM_FAILED", `The platform answered with status ${status}.`);
  const headers: Record<string, string> = {};
  for (const name of PASSED) {
    const value = response.headers.get(name);
    if (value !== null) headers[name] = hideKey(value);
  }
  const isJson = headers["content-type"]?.includes("json") === true;
  const body = isJson ? text.replaceAll(KEY_FIELD, `"$1"$2"${HIDDEN}"`) : text;
  return { status, body: hideKey(body), headers };
}

import { invalid } from "../endpoints/index.ts";
import { parseUuid } from "../wire/index.ts";
import type { CallOptions, ClientOptions } from "./options.ts";

const OF_A_CALL: ReadonlySet<string> = new Set<keyof CallOptions>(["signal", "timeout", "agentId"]);

const OF_A_CLIENT: ReadonlySet<string> = new Set<keyof ClientOptions>([
  "apiKey",
  "apiSecret",
  "token",
  "agentId",
  "baseUrl",
  "timeout",
  "maxResponseBytes",
  "retry",
  "rateLimit",
  "signRequests",
  "fetch",
  "WebSocket",
  "clock",
  "traceId",
  "onRequest",
  "onResponse",
  "allowInsecureHttp",
  "intents",
  "idempotencyKeys",
]);

const INTENT_METHODS = ["put", "delete", "list"] as const;

/** Options of a call that would be ignored, or could not be kept, are refused. */
export function checkCallOptions(
  name: string,
  options: Omit<CallOptions, "agentId"> & { readonly agentId?: unknown },
): void {
  for (const key in options) {
    if (!OF_A_CALL.has(key))
      refuse(name, key, "is no option of a call; it takes signal, timeout and agentId", OF_A_CALL);
  }
  if (options.timeout !== undefined && !(options.timeout > 0))
    refuse(name, "timeout", "must be a positive number of milliseconds");
  if (options.agentId !== undefined && options.agentId !== null) checkAgentId(name, options.agentId);
}

/** The platform ignores an agent id that is no UUID, and acts for another agent or for all. */
function checkAgentId(name: string, value: unknown): void {
  if (typeof value === "string" && parseUuid(value) !== undefined) return;
  refuse(name, "agentId", "must be an agent's UUID, such as 6a0e6f0c-8f3e-4d67-a0a5-1c2f4b9d7e20");
}

/** The canonical spelling of an agent id, so that ids can be compared: the platform accepts any case, with or without hyphens. */
export function canonicalAgentId<T extends string | null | undefined>(agentId: T): string | T {
  return typeof agentId === "string" ? (parseUuid(agentId) ?? agentId.toLowerCase()) : agentId;
}

/** A text that can stand in a header. */
export function checkHeader(name: string, field: string, value: unknown): string {
  if (typeof value === "string" && /^[\x21-\x7e]+$/.test(value)) return value;
  return refuse(name, field, "must be a text without spaces (is the environment variable set?)");
}

/** The same for a client's options; no value is repeated in a message, since it may be a secret. */
export function checkOptions(options: ClientOptions): void {
  const check = (good: boolean, field: string, message: string): void => {
    if (!good) refuse("AgentExchangeClient", field, message, OF_A_CLIENT);
  };
  for (const key of Object.keys(options)) check(OF_A_CLIENT.has(key), key, "is no option of a client");
  const { apiKey, apiSecret, token, timeout, retry, rateLimit, signRequests, maxResponseBytes } = options;
  for (const [field, value] of Object.entries({
    apiKey,
    apiSecret,
    token,
    traceId: options.traceId,
  })) {
    if (value !== undefined && typeof value !== "function") checkHeader("AgentExchangeClient", field, value);
  }
  if (options.agentId !== undefined) checkAgentId("AgentExchangeClient", options.agentId);
  if (token === "login")
    check(apiKey !== undefined && apiSecret !== undefined, "token", 'needs apiKey and apiSecret to be "login"');
  else
    check(
      token === undefined || apiKey === undefined,
      "token",
      "and apiKey exclude each other: the platform would look at the key only",
    );
  const { intents, idempotencyKeys } = options;
  check(
    intents === undefined || INTENT_METHODS.every((method) => typeof intents[method] === "function"),
    "intents",
    "must have the methods put, delete and list; memoryIntents() makes such a store",
  );
  check(
    idempotencyKeys === undefined || typeof idempotencyKeys === "boolean",
    "idempotencyKeys",
    "must be true or false",
  );
  const { WebSocket } = options;
  check(
    WebSocket === undefined || WebSocket === "fetch" || typeof WebSocket === "function",
    "WebSocket",
    'must be a class, or "fetch"',
  );
  check(signRequests !== true || apiSecret !== undefined, "signRequests", "needs apiSecret");
  check(timeout === undefined || timeout > 0, "timeout", "must be a positive number of milliseconds");
  check(
    maxResponseBytes === undefined || (typeof maxResponseBytes === "number" && maxResponseBytes >= 1),
    "maxResponseBytes",
    "must be a number of bytes, at least 1",
  );
  check(
    rateLimit === undefined || rateLimit === false || rateLimit === "wait" || rateLimit === "throw",
    "rateLimit",
    'use "wait", "throw" or false',
  );
  if (retry === undefined || retry === false) return;
  check(
    retry.attempts === undefined || (Number.isInteger(retry.attempts) && retry.attempts > 0),
    "retry.attempts",
    "must be a whole number of at least 1",
  );
  check(retry.baseDelay === undefined || retry.baseDelay >= 0, "retry.baseDelay", "must be a number of milliseconds");
  check(retry.maxDelay === undefined || retry.maxDelay >= 0, "retry.maxDelay", "must be a number of milliseconds");
}

/** Scheme, host and perhaps a prefix of all paths, without a slash at the end. */
export function originOf({
  baseUrl = "http://localhost:8000",
  fetch,
  apiKey,
  token,
  allowInsecureHttp,
}: ClientOptions): string {
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    refuse("AgentExchangeClient", "baseUrl", 'must be a URL such as "http://localhost:8000"');
  }
  const wrong = (message: string): never => refuse("AgentExchangeClient", "baseUrl", message);
  if (url.protocol !== "http:" && url.protocol !== "https:") wrong("must start with http:// or https://");
  if (url.username !== "" || url.password !== "") wrong("must not hold credentials");
  if (url.search !== "" || url.hash !== "") wrong("must not have a query or a fragment");
  const prefix = url.pathname.replace(/\/+$/, "");
  if (prefix.endsWith("/api/v1")) wrong("must not include /api/v1, which is added to it");
  const exposed = url.protocol === "http:" && !isLoopback(url.hostname) && (apiKey ?? token) !== undefined;
  if (exposed && fetch === undefined && allowInsecureHttp !== true) {
    wrong(
      "would carry the credentials over plain http; use https, or set allowInsecureHttp in a network that you trust",
    );
  }
  return url.origin + prefix;
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}

function refuse(name: string, field: string, message: string, known: Iterable<string> = []): never {
  throw invalid(name, [{ field, message }], [...known]);
}

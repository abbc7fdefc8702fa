import { invalid } from "../endpoints/index.ts";
import { ValidationError } from "../errors/index.ts";
import { mostSimilar, parseUuid } from "../wire/index.ts";
import type { SharedLimiter } from "./limiter.ts";
import type { CallOptions, ClientOptions } from "./options.ts";

const CLIENT = "AgentExchangeClient";

const CALL_OPTIONS: readonly (keyof CallOptions)[] = ["signal", "timeout", "agentId", "idempotencyKey"];

const CLIENT_OPTIONS: readonly (keyof ClientOptions)[] = [
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
];

const STORE_METHODS = ["put", "delete", "list"] as const;

const MILLISECONDS = "must be a positive number of milliseconds";

/** Rejects unknown options, which would be ignored silently, and invalid values. */
export function checkCallOptions(
  name: string,
  options: Omit<CallOptions, "agentId"> & { readonly agentId?: unknown },
): void {
  for (const key in options)
    if (!CALL_OPTIONS.some((known) => known === key)) throw unknownOption(name, "call", key, CALL_OPTIONS);
  if (options.timeout !== undefined && !(options.timeout > 0)) reject(name, "timeout", MILLISECONDS);
  if (options.agentId !== undefined && options.agentId !== null) checkAgentId(name, options.agentId);
}

/** The platform ignores an agent id that is not a UUID, and acts for another agent or for all. */
function checkAgentId(name: string, value: unknown): void {
  if (typeof value === "string" && parseUuid(value) !== undefined) return;
  reject(name, "agentId", "must be an agent's UUID, such as 6a0e6f0c-8f3e-4d67-a0a5-1c2f4b9d7e20");
}

/** Only orders have a key: nothing else that is repeated has an effect that the key could prevent. */
export function checkIdempotencyKey(
  { name, effect }: { readonly name: string; readonly effect: string },
  key: string,
): void {
  if (effect !== "order") reject(name, "idempotencyKey", "is only for orders");
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) reject(name, "idempotencyKey", "must be 1 to 255 visible ASCII characters");
}

/** The canonical spelling of an agent id, so that ids can be compared: the platform accepts any case, with or without hyphens. */
export function canonicalAgentId<T extends string | null | undefined>(agentId: T): string | T {
  return typeof agentId === "string" ? (parseUuid(agentId) ?? agentId.toLowerCase()) : agentId;
}

/** Returns a string that is safe as the value of a header. */
export function checkHeader(name: string, field: string, value: unknown): string {
  if (typeof value === "string" && /^[\x21-\x7e]+$/.test(value)) return value;
  return reject(name, field, "must be a string of visible ASCII characters (is the environment variable set?)");
}

/** Messages never repeat a value, since it can be a secret. */
export function checkClientOptions(options: ClientOptions): void {
  const known: readonly string[] = CLIENT_OPTIONS;
  for (const key of Object.keys(options)) if (!known.includes(key)) throw unknownOption(CLIENT, "client", key, known);
  checkCredentials(options);
  const { intents, idempotencyKeys, WebSocket, timeout, maxResponseBytes, rateLimit } = options;
  check(
    intents === undefined || STORE_METHODS.every((method) => typeof intents[method] === "function"),
    "intents",
    "must have the methods put, delete and list; memoryIntents() creates such a store",
  );
  check(
    idempotencyKeys === undefined || typeof idempotencyKeys === "boolean",
    "idempotencyKeys",
    "must be true or false",
  );
  check(
    WebSocket === undefined || WebSocket === "fetch" || typeof WebSocket === "function",
    "WebSocket",
    'must be a class, or "fetch"',
  );
  check(timeout === undefined || timeout > 0, "timeout", MILLISECONDS);
  check(
    maxResponseBytes === undefined || (typeof maxResponseBytes === "number" && maxResponseBytes >= 1),
    "maxResponseBytes",
    "must be a number of bytes, at least 1",
  );
  check(
    rateLimit === undefined ||
      rateLimit === false ||
      rateLimit === "wait" ||
      rateLimit === "throw" ||
      typeof (rateLimit as Partial<SharedLimiter> | null)?.connect === "function",
    "rateLimit",
    'must be "wait", "throw", sharedLimiter(budget) or false',
  );
  checkRetry(options.retry);
}

function checkCredentials({ apiKey, apiSecret, token, traceId, agentId, signRequests }: ClientOptions): void {
  for (const [field, value] of Object.entries({ apiKey, apiSecret, token, traceId })) {
    if (value !== undefined && typeof value !== "function") checkHeader(CLIENT, field, value);
  }
  if (agentId !== undefined) checkAgentId(CLIENT, agentId);
  if (token === "login")
    check(apiKey !== undefined && apiSecret !== undefined, "token", '"login" requires apiKey and apiSecret');
  else
    check(
      token === undefined || apiKey === undefined,
      "token",
      "cannot be combined with apiKey; pass either token or apiKey, not both",
    );
  check(signRequests !== true || apiSecret !== undefined, "signRequests", "requires apiSecret");
}

function checkRetry(retry: ClientOptions["retry"]): void {
  if (retry === undefined || retry === false) return;
  const { attempts, baseDelay, maxDelay } = retry;
  check(
    attempts === undefined || (Number.isInteger(attempts) && attempts > 0),
    "retry.attempts",
    "must be an integer of at least 1",
  );
  check(baseDelay === undefined || baseDelay >= 0, "retry.baseDelay", "must be a number of milliseconds, 0 or more");
  check(maxDelay === undefined || maxDelay >= 0, "retry.maxDelay", "must be a number of milliseconds, 0 or more");
}

/** Returns scheme, host and an optional path prefix, without a trailing slash. */
export function resolveOrigin({
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
    return reject(CLIENT, "baseUrl", 'must be a URL such as "http://localhost:8000"');
  }
  const { protocol, hostname } = url;
  const prefix = url.pathname.replace(/\/+$/, "");
  check(protocol === "http:" || protocol === "https:", "baseUrl", "must start with http:// or https://");
  check(url.username === "" && url.password === "", "baseUrl", "must not contain credentials");
  check(url.search === "" && url.hash === "", "baseUrl", "must not have a query or a fragment");
  check(!prefix.endsWith("/api/v1"), "baseUrl", "must not include /api/v1, which the client adds");
  const isExposed = protocol === "http:" && !isLoopback(hostname) && (apiKey ?? token) !== undefined;
  check(
    !isExposed || fetch !== undefined || allowInsecureHttp === true,
    "baseUrl",
    "would send credentials over plain http; use https, or set allowInsecureHttp if you trust the network",
  );
  return url.origin + prefix;
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}

/** The error of an option that does not exist: names the option that was probably meant, or else all of them. */
export function unknownOption(
  name: string,
  kind: "call" | "client" | "reconcile" | "subscription" | "wait",
  option: string,
  known: readonly string[],
): ValidationError {
  const similar = mostSimilar(option, known);
  const expected = `${known.slice(0, -1).join(", ")} or ${known.at(-1)}`;
  return new ValidationError(`${name}: unknown ${kind} option "${option}".`, {
    code: "VALIDATION_ERROR",
    issues: [{ field: option, message: `is not a ${kind} option` }],
    hint: similar === undefined ? `Expected ${expected}.` : `Did you mean "${similar}"?`,
  });
}

function check(isValid: boolean, field: string, message: string): void {
  if (!isValid) reject(CLIENT, field, message);
}

function reject(name: string, field: string, message: string): never {
  throw invalid(name, [{ field, message }]);
}

/** Header by which a client recognises a gateway. */
export const GATEWAY_HEADER = "X-AgentExchange-Gateway";

const EXPOSED =
  "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Idempotency-Replayed, Date, X-AgentExchange-Gateway";

const ALLOWED_HEADERS =
  "Authorization, Content-Type, Idempotency-Key, X-Agent-Id, X-API-Key, X-Nonce, X-Signature, X-Timestamp, X-Trace-Id";

/**
 * The headers of every answer. A page may read it if its origin is listed; `credentials` also lets it send cookies, for
 * the login only.
 */
export function corsHeaders(
  origin: string | null,
  origins: readonly string[],
  credentials: boolean,
): Record<string, string> {
  const headers: Record<string, string> = { vary: "Origin", [GATEWAY_HEADER.toLowerCase()]: "1" };
  if (origin === null || !origins.includes(origin)) return headers;
  headers["access-control-allow-origin"] = origin;
  headers["access-control-expose-headers"] = EXPOSED;
  if (credentials) headers["access-control-allow-credentials"] = "true";
  return headers;
}

/** The headers of the answer to a pre-flight. */
export const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  "access-control-allow-methods": "DELETE, GET, PATCH, POST, PUT",
  "access-control-allow-headers": ALLOWED_HEADERS,
  "access-control-max-age": "600",
};

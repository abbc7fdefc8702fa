import type { Reply } from "./reply.ts";

/** Which pages may use the exchange: all of them, or those of a list of origins. */
export type CorsOrigins = "*" | readonly string[];

/** The platform's own list. */
export const PLATFORM_ORIGINS: readonly string[] = [
  "http://localhost:3000",
  "http://localhost:3001",
  "http://127.0.0.1:3000",
  "http://127.0.0.1:3001",
  "https://tradeready.io",
  "https://www.tradeready.io",
];

const RATE_HEADERS = "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset";

function isAllowed(origins: CorsOrigins, origin: string): boolean {
  return origins === "*" || origins.includes(origin);
}

/** The answer to a pre-flight, undefined when the request is none. */
export function preflight(origins: CorsOrigins, method: string, headers: Headers): Reply | undefined {
  const origin = headers.get("origin");
  if (method !== "OPTIONS" || origin === null || headers.get("access-control-request-method") === null)
    return undefined;
  const allowed = isAllowed(origins, origin);
  const reply: Record<string, string> = {
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT",
    "access-control-max-age": "600",
    "content-type": "text/plain; charset=utf-8",
    vary: "Origin",
  };
  const requested = headers.get("access-control-request-headers");
  if (requested !== null) reply["access-control-allow-headers"] = requested;
  if (allowed) reply["access-control-allow-origin"] = origin;
  return { status: allowed ? 200 : 400, body: allowed ? "OK" : "Disallowed CORS origin", headers: reply };
}

/** The headers that let a page read an answer. */
export function corsHeaders(origins: CorsOrigins, origin: string | null, exposeAll: boolean): Record<string, string> {
  if (origin === null) return {};
  const headers: Record<string, string> = {
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": exposeAll ? `${RATE_HEADERS}, Retry-After, Idempotency-Replayed` : RATE_HEADERS,
  };
  if (!isAllowed(origins, origin)) return headers;
  return { ...headers, "access-control-allow-origin": origin, vary: "Origin" };
}

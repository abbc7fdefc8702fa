import type { Reply } from "./reply.ts";

/** The origins whose pages may use the exchange: all (`"*"`), or a list. `:*` at the end matches any port. */
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

/** Whether pages of an origin may use the exchange. */
export function isAllowedOrigin(origins: CorsOrigins, origin: string): boolean {
  if (origins === "*" || origins.includes(origin)) return true;
  const anyPort = `${origin.replace(/:\d{1,5}$/, "")}:*`;
  return origins.includes(anyPort);
}

/** Cross-origin access for pages. */
export interface Cors {
  /** The reply to a pre-flight; undefined for other requests. */
  preflight(method: string, headers: Headers): Reply | undefined;
  /** The headers that let a page read a reply; `exposeAll` adds the headers that the platform does not expose. */
  headers(origin: string | null, exposeAll: boolean): Record<string, string>;
}

/** `credentials`: whether browsers may send cookies. API keys have their own headers and do not need it. */
export function createCors(origins: CorsOrigins, credentials: boolean): Cors {
  const always: Readonly<Record<string, string>> = credentials ? { "access-control-allow-credentials": "true" } : {};
  return {
    preflight(method, headers) {
      const origin = headers.get("origin");
      if (method !== "OPTIONS" || origin === null || headers.get("access-control-request-method") === null)
        return undefined;
      const allowed = isAllowedOrigin(origins, origin);
      const reply: Record<string, string> = {
        ...always,
        "access-control-allow-methods": "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT",
        "access-control-max-age": "600",
        "content-type": "text/plain; charset=utf-8",
        vary: "Origin",
      };
      const requested = headers.get("access-control-request-headers");
      if (requested !== null) reply["access-control-allow-headers"] = requested;
      if (allowed) reply["access-control-allow-origin"] = origin;
      return { status: allowed ? 200 : 400, body: allowed ? "OK" : "Disallowed CORS origin", headers: reply };
    },
    headers(origin, exposeAll) {
      if (origin === null) return {};
      const headers: Record<string, string> = {
        ...always,
        "access-control-expose-headers": exposeAll
          ? `${RATE_HEADERS}, Retry-After, Idempotency-Replayed`
          : RATE_HEADERS,
      };
      if (!isAllowedOrigin(origins, origin)) return headers;
      return { ...headers, "access-control-allow-origin": origin, vary: "Origin" };
    },
  };
}

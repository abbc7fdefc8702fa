import type { Clock } from "../../src/transport/index.ts";
import { brokenConnection, refusal, refusedConnection } from "./scripted.ts";

/** What can become of a request. `before` and `after` tell whether the platform carried it out. */
export const faults = [
  "none",
  "connection refused",
  "reset before",
  "reset after",
  "reset, arrives later",
  "hang before",
  "hang after",
  "hang, arrives later",
  "hung body after",
  "5xx before",
  "5xx after",
  "429",
  "401 INVALID_TOKEN",
  "truncated after",
  "HTML 200 before",
  "HTML 200 after",
  "slow",
] as const;

export type Fault = (typeof faults)[number];
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How long after it was sent a request can still arrive, in milliseconds. */
const LATEST = 4000;

const html = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>";

/**
 * The way to a platform on which anything can go wrong. Time is the clock's and chance the generator's, so a
 * schedule of faults is the same each time.
 */
export function faultyFetch(
  platform: Fetch,
  clock: Clock,
  random: () => number,
  choose: (method: string, path: string) => Fault,
): Fetch {
  const passed = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms));
  const some = <T>(...choices: readonly [T, ...T[]]): T => choices[Math.floor(random() * choices.length)] as T;

  /** Some implementations of fetch do not listen to their signal. */
  function silence(signal: AbortSignal | null | undefined): Promise<never> {
    const listens = random() < 0.7;
    return new Promise((_resolve, reject) => {
      if (listens) signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    });
  }

  return async (url, init) => {
    const { pathname } = new URL(url);
    const fault = choose(init.method ?? "GET", pathname);
    const { signal, ...rest } = init;
    // What is under way arrives whatever becomes of the caller.
    const arrive = async (): Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }> => {
      const { status, headers, ...answer } = await platform(url, rest).then(async (response) => ({
        status: response.status,
        headers: response.headers,
        text: await response.text(),
      }));
      return { status, headers, text: answer.text };
    };
    const late = (): void => {
      void passed(random() * LATEST).then(arrive);
    };
    if (fault === "connection refused") throw refusedConnection();
    if (fault === "reset, arrives later") {
      late();
      throw brokenConnection();
    }
    if (fault === "hang, arrives later") {
      late();
      return silence(signal);
    }
    await passed(fault === "slow" ? random() * LATEST : 1 + random() * 40);
    switch (fault) {
      case "reset before":
        throw brokenConnection();
      case "hang before":
        return silence(signal);
      case "5xx before":
        return serverError(some("html", "empty", "platform", "unavailable"));
      case "HTML 200 before":
        return new Response(html, { headers: { "content-type": "text/html" } });
      case "429":
        return refusal(
          429,
          "RATE_LIMIT_EXCEEDED",
          { limit: 100, window_seconds: 60, retry_after_seconds: 1 },
          { "retry-after": "1" },
        );
      case "401 INVALID_TOKEN":
        return refusal(401, "INVALID_TOKEN");
      case "none":
      case "slow":
      case "reset after":
      case "hang after":
      case "hung body after":
      case "5xx after":
      case "truncated after":
      case "HTML 200 after":
    }
    const { status, text, headers } = await arrive();
    switch (fault) {
      case "reset after":
        throw brokenConnection();
      case "hang after":
        return silence(signal);
      case "5xx after":
        return serverError(some("html", "empty", "platform", "database"));
      case "HTML 200 after":
        return new Response(html, { headers: { "content-type": "text/html" } });
      case "truncated after":
        return new Response(text.slice(0, Math.floor(random() * text.length)), { status, headers });
      case "hung body after": {
        const start = new TextEncoder().encode(text.slice(0, Math.floor(random() * text.length)));
        return new Response(new ReadableStream({ start: (controller) => controller.enqueue(start) }), { status });
      }
      case "none":
      case "slow":
    }
    await passed(1 + random() * 40);
    return new Response(text, { status, headers });
  };
}

function serverError(kind: "html" | "empty" | "platform" | "database" | "unavailable"): Response {
  if (kind === "html") return new Response(html, { status: 502, headers: { "content-type": "text/html" } });
  if (kind === "empty") return new Response(null, { status: 504 });
  if (kind === "database") return refusal(500, "DATABASE_ERROR");
  return kind === "platform" ? refusal(500, "INTERNAL_ERROR") : refusal(503, "SERVICE_UNAVAILABLE");
}

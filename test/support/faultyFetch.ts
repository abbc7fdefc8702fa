import type { Clock } from "../../src/transport/index.ts";
import { brokenConnection, errorResponse, refusedConnection } from "./scripted.ts";

/** What can happen to a request. "before" and "after" say whether the platform has executed it by then. */
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

/** Maximum delay of a request in milliseconds. */
const MAX_DELAY = 4000;

const html = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>";

/**
 * A `fetch` that injects faults between a client and a platform. With the same clock, random numbers and `choose`, it
 * always does the same.
 */
export function faultyFetch(
  platform: Fetch,
  clock: Clock,
  random: () => number,
  choose: (method: string, path: string) => Fault,
): Fetch {
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms));
  const pick = <T>(...choices: readonly [T, ...T[]]): T => choices[Math.floor(random() * choices.length)] as T;

  /** Never answers. Some implementations of fetch do not even react to their signal. */
  function neverAnswer(signal: AbortSignal | null | undefined): Promise<never> {
    const reactsToSignal = random() < 0.7;
    return new Promise((_resolve, reject) => {
      if (reactsToSignal) signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    });
  }

  return async (url, init) => {
    const { pathname } = new URL(url);
    const fault = choose(init.method ?? "GET", pathname);
    const { signal, ...rest } = init;
    // A request that was sent arrives even if its caller aborts.
    const execute = async (): Promise<{
      readonly status: number;
      readonly text: string;
      readonly headers: Headers;
    }> => {
      const { status, headers, ...answer } = await platform(url, rest).then(async (response) => ({
        status: response.status,
        headers: response.headers,
        text: await response.text(),
      }));
      return { status, headers, text: answer.text };
    };
    const executeLater = (): void => {
      void wait(random() * MAX_DELAY).then(execute);
    };
    if (fault === "connection refused") throw refusedConnection();
    if (fault === "reset, arrives later") {
      executeLater();
      throw brokenConnection();
    }
    if (fault === "hang, arrives later") {
      executeLater();
      return neverAnswer(signal);
    }
    await wait(fault === "slow" ? random() * MAX_DELAY : 1 + random() * 40);
    switch (fault) {
      case "reset before":
        throw brokenConnection();
      case "hang before":
        return neverAnswer(signal);
      case "5xx before":
        return serverError(pick("html", "empty", "platform", "unavailable"));
      case "HTML 200 before":
        return new Response(html, { headers: { "content-type": "text/html" } });
      case "429":
        return errorResponse(
          429,
          "RATE_LIMIT_EXCEEDED",
          { limit: 100, window_seconds: 60, retry_after_seconds: 1 },
          { "retry-after": "1" },
        );
      case "401 INVALID_TOKEN":
        return errorResponse(401, "INVALID_TOKEN");
      case "none":
      case "slow":
      case "reset after":
      case "hang after":
      case "hung body after":
      case "5xx after":
      case "truncated after":
      case "HTML 200 after":
    }
    const { status, text, headers } = await execute();
    switch (fault) {
      case "reset after":
        throw brokenConnection();
      case "hang after":
        return neverAnswer(signal);
      case "5xx after":
        return serverError(pick("html", "empty", "platform", "database"));
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
    await wait(1 + random() * 40);
    return new Response(text, { status, headers });
  };
}

function serverError(kind: "html" | "empty" | "platform" | "database" | "unavailable"): Response {
  if (kind === "html") return new Response(html, { status: 502, headers: { "content-type": "text/html" } });
  if (kind === "empty") return new Response(null, { status: 504 });
  if (kind === "database") return errorResponse(500, "DATABASE_ERROR");
  return kind === "platform" ? errorResponse(500, "INTERNAL_ERROR") : errorResponse(503, "SERVICE_UNAVAILABLE");
}

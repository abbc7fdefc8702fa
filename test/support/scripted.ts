import type { Clock } from "../../src/transport/index.ts";

/** A request as the client sent it. */
export interface Sent {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** `clock.elapsed()`. */
  readonly at: number;
}

export type Answer = (sent: Sent, index: number) => Response | Promise<Response>;

/** A `fetch` with scripted responses, for those that no server sends. It records what was sent. */
export interface Script {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly sent: readonly Sent[];
}

export function scripted(answer: Answer, clock?: Clock): Script {
  const sent: Sent[] = [];
  return {
    sent,
    async fetch(url, init) {
      const { pathname, search } = new URL(url);
      const request: Sent = {
        method: init.method ?? "GET",
        path: pathname + search,
        headers: Object.fromEntries(new Headers(init.headers)),
        body: init.body === undefined ? undefined : await new Response(init.body).text(),
        signal: init.signal ?? undefined,
        at: clock?.elapsed() ?? 0,
      };
      sent.push(request);
      return answer(request, sent.length - 1);
    },
  };
}

/** Settles only when the request is aborted. */
export function hanging({ signal }: Sent): Promise<Response> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason as Error));
  });
}

/** Never settles, not even when the request is aborted. */
export const neverSettles = (): Promise<Response> => new Promise(() => {});

/** Sends headers and the start of a body, then stalls. */
export function hungBody(start = '{"symbol":', status = 200): Response {
  const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(start)) });
  return new Response(body, { status, headers: { "content-type": "application/json" } });
}

/** An error response of the platform. */
export function errorResponse(
  status: number,
  code: string,
  details?: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
  message = `rejected with ${code}`,
): Response {
  return Response.json(
    { error: { code, message, ...(details === undefined ? {} : { details }) } },
    { status, headers },
  );
}

/** The error of Node's fetch when no connection can be established. */
export function refusedConnection(): TypeError {
  const cause = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:8000"), {
    code: "ECONNREFUSED",
    syscall: "connect",
  });
  return new TypeError("fetch failed", { cause });
}

/** The error of Node's fetch when a connection breaks. */
export function brokenConnection(): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }) });
}

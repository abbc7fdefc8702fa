import type { Clock } from "../../src/transport/index.ts";

/** A request as it left the client. */
export interface Sent {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** `clock.elapsed()`. */
  readonly at: number;
}

export type Answer = (sent: Sent, index: number) => Response | Promise<Response>;

/** A `fetch` that a test answers by hand, for what no server says; it remembers what was sent. */
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

/** Never settles, but for an abort of the request. */
export function hanging({ signal }: Sent): Promise<Response> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason as Error));
  });
}

/** Never settles, whatever happens. */
export const deaf = (): Promise<Response> => new Promise(() => {});

/** Sends headers and the start of a body, then stalls. */
export function hungBody(start = '{"symbol":', status = 200): Response {
  const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(start)) });
  return new Response(body, { status, headers: { "content-type": "application/json" } });
}

/** The platform's envelope. */
export function refusal(
  status: number,
  code: string,
  details?: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
  message = `refused with ${code}`,
): Response {
  return Response.json(
    { error: { code, message, ...(details === undefined ? {} : { details }) } },
    { status, headers },
  );
}

/** What Node says when no connection could be made. */
export function refusedConnection(): TypeError {
  const cause = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:8000"), {
    code: "ECONNREFUSED",
    syscall: "connect",
  });
  return new TypeError("fetch failed", { cause });
}

/** What Node says when a connection breaks. */
export function brokenConnection(): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }) });
}

import type { ExchangeClock } from "../time/clock.ts";
import { toFaultChooser, type FaultDetails, type FaultKind, type Faults } from "./faults.ts";
import type { JournalWriter } from "../persistence/journal.ts";

/** Waits for so many milliseconds; ends early with the reason of an abort, or when the exchange closes. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** What stands between a client and the handler of its requests. */
export type FaultInjector = (
  request: Request,
  handle: (request: Request) => Promise<Response>,
  wait: Wait,
) => Promise<Response>;

const DEFAULT_DELAY = 1000;

/** Makes requests meet the faults that are chosen for them, and writes down which. */
export function createFaultInjector(clock: ExchangeClock, journal: JournalWriter, faults: Faults): FaultInjector {
  const choose = toFaultChooser(faults);
  let requests = 0;

  return async (request, handle, wait) => {
    const index = requests++;
    const { pathname, search } = new URL(request.url);
    const path = pathname + search;
    const { method } = request;
    const fault = choose({ index, method, path });
    if (fault === undefined) return handle(request);
    const { kind } = fault;
    const note = (executed: boolean): void =>
      journal.add({ kind: "fault", time: clock.now(), fault: kind, method, path, index, executed });

    const meeting = { fault, request, wait };
    if (isEarly(kind)) {
      note(false);
      return BEFORE[kind](meeting);
    }
    const response = await handle(request);
    note(true);
    return AFTER[kind](meeting, response);
  };
}

/** A request and what befalls it. */
interface FaultContext {
  readonly fault: FaultDetails;
  readonly request: Request;
  readonly wait: Wait;
}

type EarlyKind = "refuse" | "reset-before" | "dropped-before" | "5xx-before" | "429";

function isEarly(kind: FaultKind): kind is EarlyKind {
  return kind in BEFORE;
}

/** What a client gets for a request that the exchange never sees. */
const BEFORE: Readonly<Record<EarlyKind, (meeting: FaultContext) => Response | Promise<Response>>> = {
  refuse: () => Promise.reject(networkError("connect ECONNREFUSED", "ECONNREFUSED")),
  "reset-before": () => Promise.reject(networkError("read ECONNRESET", "ECONNRESET")),
  "dropped-before": silence,
  "5xx-before": ({ fault }) => serverError(fault),
  "429": ({ fault }) => tooManyRequests(fault),
};

/** What becomes of the answer to a request that was carried out. */
const AFTER: Readonly<
  Record<Exclude<FaultKind, EarlyKind>, (meeting: FaultContext, response: Response) => Response | Promise<Response>>
> = {
  async delay({ fault, request, wait }, response) {
    await wait(fault.delay ?? DEFAULT_DELAY, request.signal);
    return response;
  },
  "reset-after": () => Promise.reject(networkError("read ECONNRESET", "ECONNRESET")),
  "dropped-after": silence,
  "5xx-after": ({ fault }) => serverError(fault),
  "truncated-body": async (_, response) => new Response(await firstPart(response), plain(response)),
  "non-json-body": (_, response) =>
    new Response(PROXY_PAGE, { status: bodyStatus(response), headers: { "content-type": "text/html" } }),
  async "broken-body"(_, response) {
    const end = (): Promise<void> => Promise.reject(networkError("terminated", "UND_ERR_SOCKET"));
    return new Response(endingWith(await firstPart(response), end), plain(response));
  },
  async "hung-body"({ request, wait }, response) {
    const gone = new AbortController();
    const signal = AbortSignal.any([request.signal, gone.signal]);
    const end = (): Promise<void> => wait(Number.POSITIVE_INFINITY, signal);
    const cancelled = (): void => gone.abort();
    return new Response(endingWith(await firstPart(response), end, cancelled), plain(response));
  },
};

/** What Node's `fetch` rejects with; other runtimes differ in the words only. */
function networkError(message: string, code: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code }) });
}

async function silence({ request, wait }: FaultContext): Promise<never> {
  await wait(Number.POSITIVE_INFINITY, request.signal);
  throw new Error("an endless wait ended");
}

const PROXY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>";

function serverError({ status = 502 }: FaultDetails): Response {
  if (status === 500) return refusal(500, "INTERNAL_ERROR", "An unexpected error occurred.");
  return new Response(PROXY_PAGE.replaceAll("502 Bad Gateway", `${status} ${REASONS[status]}`), {
    status,
    headers: { "content-type": "text/html" },
  });
}

const REASONS = { 502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out" } as const;

function tooManyRequests({ retryAfter = 1 }: FaultDetails): Response {
  const details = { limit: 100, window_seconds: 60, retry_after_seconds: retryAfter };
  const response = refusal(429, "RATE_LIMIT_EXCEEDED", "Rate limit exceeded.", details);
  response.headers.set("retry-after", String(retryAfter));
  return response;
}

function refusal(status: number, code: string, message: string, details?: object): Response {
  return Response.json({ error: details === undefined ? { code, message } : { code, message, details } }, { status });
}

/** About half of a body, at least nothing and never all of it. */
async function firstPart(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await response.arrayBuffer();
  return new Uint8Array(bytes.slice(0, Math.floor(bytes.byteLength / 2)));
}

/** Status and headers of an answer whose body is not its own any more. */
function plain(response: Response): ResponseInit {
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return { status: bodyStatus(response), headers };
}

/** Answers such as 204 cannot have a body, not even a wrong one. */
function bodyStatus({ status }: Response): number {
  return status === 204 || status === 304 ? 200 : status;
}

/** A body that starts and never comes to its end: it fails as `end` does. */
function endingWith(start: Uint8Array, end: () => Promise<void>, cancelled?: () => void): ReadableStream<Uint8Array> {
  let started = start.length === 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (started) return end();
        started = true;
        controller.enqueue(start);
        return undefined;
      },
      cancel: () => cancelled?.(),
    },
    { highWaterMark: 0 },
  );
}

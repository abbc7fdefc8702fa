import type { ExchangeClock } from "../time/clock.ts";
import { toFaultChooser, type FaultDetails, type FaultKind, type Faults } from "./faults.ts";
import type { JournalWriter } from "../persistence/journal.ts";

/** Waits `ms` milliseconds; rejects early with the signal's reason, or when the exchange is closed. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** Passes requests on to the handler, with faults before or after it. */
export type FaultInjector = (
  request: Request,
  handle: (request: Request) => Promise<Response>,
  wait: Wait,
) => Promise<Response>;

const DEFAULT_DELAY = 1000;

/** Injects the chosen faults into requests and records them in the journal. */
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
    const record = (executed: boolean): void =>
      journal.add({ kind: "fault", time: clock.now(), fault: kind, method, path, index, executed });

    const context = { fault, request, wait };
    if (isBeforeExecution(kind)) {
      record(false);
      return BEFORE[kind](context);
    }
    const response = await handle(request);
    record(true);
    return AFTER[kind](context, response);
  };
}

/** A request and its fault. */
interface FaultContext {
  readonly fault: FaultDetails;
  readonly request: Request;
  readonly wait: Wait;
}

type BeforeKind = "refuse" | "reset-before" | "dropped-before" | "5xx-before" | "429";

function isBeforeExecution(kind: FaultKind): kind is BeforeKind {
  return kind in BEFORE;
}

/** Faults of requests that are not executed. */
const BEFORE: Readonly<Record<BeforeKind, (context: FaultContext) => Response | Promise<Response>>> = {
  refuse: () => Promise.reject(networkError("connect ECONNREFUSED", "ECONNREFUSED")),
  "reset-before": () => Promise.reject(networkError("read ECONNRESET", "ECONNRESET")),
  "dropped-before": hang,
  "5xx-before": ({ fault }) => serverError(fault),
  "429": ({ fault }) => tooManyRequests(fault),
};

/** Faults of the response to an executed request. */
const AFTER: Readonly<
  Record<Exclude<FaultKind, BeforeKind>, (context: FaultContext, response: Response) => Response | Promise<Response>>
> = {
  async delay({ fault, request, wait }, response) {
    await wait(fault.delay ?? DEFAULT_DELAY, request.signal);
    return response;
  },
  "reset-after": () => Promise.reject(networkError("read ECONNRESET", "ECONNRESET")),
  "dropped-after": hang,
  "5xx-after": ({ fault }) => serverError(fault),
  "truncated-body": async (_, response) => new Response(await firstHalf(response), withoutLength(response)),
  "non-json-body": (_, response) =>
    new Response(PROXY_PAGE, { status: bodyStatus(response), headers: { "content-type": "text/html" } }),
  async "broken-body"(_, response) {
    const end = (): Promise<void> => Promise.reject(networkError("terminated", "UND_ERR_SOCKET"));
    return new Response(bodyThatEnds(await firstHalf(response), end), withoutLength(response));
  },
  async "hung-body"({ request, wait }, response) {
    const cancellation = new AbortController();
    const signal = AbortSignal.any([request.signal, cancellation.signal]);
    const end = (): Promise<void> => wait(Number.POSITIVE_INFINITY, signal);
    const onCancel = (): void => cancellation.abort();
    return new Response(bodyThatEnds(await firstHalf(response), end, onCancel), withoutLength(response));
  },
};

/** The error of Node's `fetch`; other runtimes only use other messages. */
function networkError(message: string, code: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code }) });
}

async function hang({ request, wait }: FaultContext): Promise<never> {
  await wait(Number.POSITIVE_INFINITY, request.signal);
  throw new Error("the endless wait ended without an abort");
}

const PROXY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>";

function serverError({ status = 502 }: FaultDetails): Response {
  if (status === 500) return errorResponse(500, "INTERNAL_ERROR", "An unexpected error occurred.");
  return new Response(PROXY_PAGE.replaceAll("502 Bad Gateway", `${status} ${REASONS[status]}`), {
    status,
    headers: { "content-type": "text/html" },
  });
}

const REASONS = { 502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out" } as const;

function tooManyRequests({ retryAfter = 1 }: FaultDetails): Response {
  const details = { limit: 100, window_seconds: 60, retry_after_seconds: retryAfter };
  const response = errorResponse(429, "RATE_LIMIT_EXCEEDED", "Rate limit exceeded.", details);
  response.headers.set("retry-after", String(retryAfter));
  return response;
}

function errorResponse(status: number, code: string, message: string, details?: object): Response {
  return Response.json({ error: details === undefined ? { code, message } : { code, message, details } }, { status });
}

/** The first half of a body: never all of it, unless it is empty. */
async function firstHalf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await response.arrayBuffer();
  return new Uint8Array(bytes.slice(0, Math.floor(bytes.byteLength / 2)));
}

/** Status and headers of a response whose body is replaced. */
function withoutLength(response: Response): ResponseInit {
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return { status: bodyStatus(response), headers };
}

/** Responses such as 204 cannot have a body. */
function bodyStatus({ status }: Response): number {
  return status === 204 || status === 304 ? 200 : status;
}

/** A body that starts normally and then hangs or fails like `end`. */
function bodyThatEnds(start: Uint8Array, end: () => Promise<void>, onCancel?: () => void): ReadableStream<Uint8Array> {
  let started = start.length === 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (started) return end();
        started = true;
        controller.enqueue(start);
        return undefined;
      },
      cancel: () => onCancel?.(),
    },
    { highWaterMark: 0 },
  );
}

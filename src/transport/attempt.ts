import ky from "ky";
import type { WireRequest } from "../endpoints/index.ts";
import type { Deadline } from "./deadline.ts";

/** What came back, body and all. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  header(name: string): string | null;
}

export type Fetch = (request: Request, init?: RequestInit) => Promise<Response>;

// Reads of one URL queue behind each other in a browser's cache; other runtimes have none, or refuse the option.
const CACHE: { readonly cache?: "no-store" } =
  "document" in globalThis || "importScripts" in globalThis ? { cache: "no-store" } : {};

// Deno sends a request again by itself when a reused connection breaks, unless it cannot read the body twice.
const toBody: (text: string) => string | Blob = "Deno" in globalThis ? (text) => new Blob([text]) : (text) => text;

/** One HTTP exchange through ky, nothing more: no retry, no time-out of ky's own, no error for a status. */
export async function attempt(
  fetch: Fetch,
  origin: string,
  request: WireRequest,
  headers: Record<string, string>,
  deadline: Deadline,
): Promise<Reply> {
  const { signal } = deadline;
  const exchange = ky(origin + request.target, {
    method: request.method,
    headers,
    ...(request.body === undefined ? undefined : { body: toBody(request.body) }),
    ...CACHE,
    redirect: "manual",
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    // The signal goes to fetch itself: within ky it would cost a combined signal a call.
    fetch: (input) => fetch(input as Request, { signal }),
  }).then((response) => {
    // A fetch that ignores its signal answers too late: nobody reads the body any more.
    if (deadline.over()) response.body?.cancel().catch(() => {});
    return response;
  });
  const response = await deadline.race<Response>(exchange);
  const body = await deadline.race(response.text());
  return { status: response.status, body, header: (name) => response.headers.get(name) };
}

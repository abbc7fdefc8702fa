import ky from "ky";
import type { WireRequest } from "../endpoints/index.ts";
import type { Deadline } from "./deadline.ts";

/** What came back, body and all. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  header(name: string): string | null;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

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
  const url = origin + request.target;
  const init: RequestInit = { method: request.method, headers, redirect: "manual", signal: deadline.signal, ...CACHE };
  if (request.body !== undefined) init.body = toBody(request.body);
  // As URL and init, since a fetch of another make does not know this runtime's Request; copying one costs a tenth of a call.
  const response = await ky(url, { retry: 0, timeout: false, throwHttpErrors: false, fetch: () => fetch(url, init) });
  // A fetch that ignores its signal answers too late: nobody reads the body any more.
  if (deadline.over()) await response.body?.cancel();
  return { status: response.status, body: await response.text(), header: (name) => response.headers.get(name) };
}

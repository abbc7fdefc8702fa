import ky from "ky";
import type { WireRequest } from "../endpoints/index.ts";
import type { Deadline } from "./deadline.ts";
import { responseText } from "./responseText.ts";

/** What came back, body and all. */
export interface Reply {
  readonly status: number;
  /** Null when it is larger than the client reads. */
  readonly body: string | null;
  header(name: string): string | null;
}

export type WholeReply = Reply & { readonly body: string };

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Whether this runtime's fetch has the option; older Workers refuse it. Looked up late, since it can be patched in. */
function knowsCache(): boolean {
  return typeof Request !== "undefined" && "cache" in Request.prototype;
}

// Deno sends a request again by itself when a reused connection breaks, unless it cannot read the body twice.
const toBody: (text: string) => string | Blob = "Deno" in globalThis ? (text) => new Blob([text]) : (text) => text;

/** One HTTP exchange through ky, nothing more: no retry, no time-out of ky's own, no error for a status. */
export async function attempt(
  fetch: Fetch,
  origin: string,
  request: WireRequest,
  headers: Record<string, string>,
  deadline: Deadline,
  maxBytes: number,
): Promise<Reply> {
  const url = origin + request.target;
  const init: RequestInit = { method: request.method, headers, redirect: "manual", signal: deadline.signal };
  // Prices from a cache are stale: some frameworks keep every GET, and browsers queue equal ones behind each other.
  if (request.method === "GET" && knowsCache()) init.cache = "no-store";
  if (request.body !== undefined) init.body = toBody(request.body);
  // As URL and init, since a fetch of another make does not know this runtime's Request; copying one costs a tenth of a call.
  const response = await ky(url, { retry: 0, timeout: false, throwHttpErrors: false, fetch: () => fetch(url, init) });
  // A fetch that ignores its signal answers too late: nobody reads the body any more.
  if (deadline.over()) await response.body?.cancel();
  const body = await responseText(response, maxBytes, () => deadline.over());
  return { status: response.status, body, header: (name) => response.headers.get(name) };
}

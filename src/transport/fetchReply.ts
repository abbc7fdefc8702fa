import ky from "ky";
import type { WireRequest } from "../endpoints/index.ts";
import type { TransportConfig } from "./config.ts";
import type { Deadline } from "./deadline.ts";
import { readBody } from "./readBody.ts";

/** A response with its whole body. */
export interface Reply {
  readonly status: number;
  /** Null if the body is larger than the client reads. */
  readonly body: string | null;
  /** `clock.elapsed()` when its headers arrived. */
  readonly headersAt: number;
  header(name: string): string | null;
}

export type CompleteReply = Reply & { readonly body: string };

/** Whether this runtime's fetch has the option `cache`; older Workers reject it. Checked late, since it can be polyfilled. */
function supportsCacheOption(): boolean {
  return typeof Request !== "undefined" && "cache" in Request.prototype;
}

// When a reused connection breaks, Deno sends a request again unless its body can be read only once.
const toBody: (json: string) => string | Blob = "Deno" in globalThis ? (json) => new Blob([json]) : (json) => json;

/** Makes one HTTP exchange through ky, without its retries, timeout and errors for statuses. */
export async function fetchReply(
  { fetch, origin, clock, maxResponseBytes }: Pick<TransportConfig, "fetch" | "origin" | "clock" | "maxResponseBytes">,
  request: WireRequest,
  headers: Record<string, string>,
  deadline: Deadline,
): Promise<Reply> {
  const url = origin + request.target;
  const init: RequestInit = { method: request.method, headers, redirect: "manual", signal: deadline.signal };
  // Cached prices are stale: some frameworks cache every GET, and browsers queue identical ones behind each other.
  if (request.method === "GET" && supportsCacheOption()) init.cache = "no-store";
  if (request.body !== undefined) init.body = toBody(request.body);
  // URL and init, because a custom fetch may not accept this runtime's Request, and copying one takes 10 % of a call's time.
  const response = await ky(url, { retry: 0, timeout: false, throwHttpErrors: false, fetch: () => fetch(url, init) });
  const headersAt = clock.elapsed();
  // A fetch that ignores its signal can return after the deadline, when the body is no longer needed.
  if (deadline.over()) await response.body?.cancel();
  const body = await readBody(response, maxResponseBytes, () => deadline.over());
  return { status: response.status, body, headersAt, header: (name) => response.headers.get(name) };
}

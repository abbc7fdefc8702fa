import type { WireRequest } from "../endpoints/index.ts";
import type { RequestEvent } from "./options.ts";
import type { Transport } from "./transport.ts";

/** Tells the observers of a request; the result tells them of its end. Undefined when nobody observes. */
export function watchRequest(
  { onRequest, onResponse, clock }: Transport,
  name: string,
  request: WireRequest,
  attempt: number,
  waitingSince: number,
): ((status: number | null, code: string | null) => void) | undefined {
  if (onRequest === undefined && onResponse === undefined) return undefined;
  const sent = clock.elapsed();
  const event: RequestEvent = {
    name,
    method: request.method,
    path: request.target,
    attempt,
    waited: sent - waitingSince,
  };
  tell(onRequest, event);
  return (status, code) => tell(onResponse, { ...event, status, code, took: clock.elapsed() - sent });
}

/** An observer must not be able to break a call. */
function tell<Event>(observer: ((event: Event) => void) | undefined, event: Event): void {
  try {
    observer?.(event);
  } catch {
    // Its own affair.
  }
}

import type { RequestEvent } from "./options.ts";
import type { RequestState } from "./requestState.ts";

/** Reports a request to the client's observers. Returns a function that reports its end; undefined without observers. */
export function observeRequest({
  config: { onRequest, onResponse, clock },
  endpoint,
  request,
  deadline,
  waitingSince,
}: RequestState): ((status: number | null, code: string | null) => void) | undefined {
  if (onRequest === undefined && onResponse === undefined) return undefined;
  const sentAt = clock.elapsed();
  const event: RequestEvent = {
    name: endpoint.name,
    method: request.method,
    path: request.target,
    attempt: deadline.attempts,
    waited: sentAt - waitingSince,
  };
  notify(onRequest, event);
  return (status, code) => notify(onResponse, { ...event, status, code, took: clock.elapsed() - sentAt });
}

function notify<Event>(observer: ((event: Event) => void) | undefined, event: Event): void {
  try {
    observer?.(event);
  } catch {
    // Observer errors are deliberately ignored: an observer must not break a call.
  }
}

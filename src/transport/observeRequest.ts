import type { Reply } from "./fetchReply.ts";
import type { RequestEvent } from "./options.ts";
import type { RequestState } from "./requestState.ts";

let requests = 0;

/**
 * Reports a request to the client's observers. Returns a function that reports its end, with the response if there is one; undefined
 * without observers.
 */
export function observeRequest({
  config: { onRequest, onResponse, clock },
  endpoint,
  request,
  deadline,
  waitingSince,
}: RequestState): ((reply: Reply | undefined, code: string | null) => void) | undefined {
  if (onRequest === undefined && onResponse === undefined) return undefined;
  const sentAt = clock.elapsed();
  const event: RequestEvent = {
    id: ++requests,
    name: endpoint.name,
    method: request.method,
    path: request.target,
    attempt: deadline.attempts,
    waited: sentAt - waitingSince,
  };
  notify(onRequest, event);
  return (reply, code) =>
    notify(onResponse, {
      ...event,
      status: reply?.status ?? null,
      code,
      took: clock.elapsed() - sentAt,
      headersTook: reply === undefined ? null : reply.headersAt - sentAt,
    });
}

function notify<Event>(observer: ((event: Event) => void) | undefined, event: Event): void {
  try {
    observer?.(event);
  } catch {
    // Observer errors are deliberately ignored: an observer must not break a call.
  }
}

import type { ExchangeClock } from "../time/clock.ts";
import type { FaultInjector, Wait } from "./faultInjector.ts";

/** The network between a client and the exchange, inside one program. */
export interface Loopback {
  readonly fetch: (input: Request | string | URL, init?: RequestInit) => Promise<Response>;
  readonly close: () => void;
}

/**
 * Requests arrive and are executed immediately; responses take `latency` ms. As on a real network, an abort ends the
 * wait but does not undo the request. No timer is set while no response is in flight.
 */
export function createLoopback(
  clock: ExchangeClock,
  latency: number,
  handle: (request: Request) => Promise<Response>,
  faultInjector?: FaultInjector,
): Loopback {
  let open = true;
  const waiting = new Set<(reason: Error) => void>();

  const wait: Wait = (ms, signal) =>
    new Promise((resolve, reject) => {
      if (!open) return reject(closedError());
      if (signal.aborted) return reject(signal.reason as Error);
      const end = (): void => {
        if (timer !== undefined) clock.clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        waiting.delete(onClose);
      };
      const onAbort = (): void => {
        end();
        reject(signal.reason as Error);
      };
      const onClose = (reason: Error): void => {
        end();
        reject(reason);
      };
      const onTimeout = (): void => {
        end();
        resolve();
      };
      const timer = ms === Number.POSITIVE_INFINITY ? undefined : clock.setTimeout(onTimeout, ms);
      signal.addEventListener("abort", onAbort);
      waiting.add(onClose);
    });

  return {
    async fetch(input, init) {
      if (!open) throw closedError();
      // Servers pass their own subclass of Request, which cannot be copied; not copying is faster, too.
      const request = init === undefined && input instanceof Request ? input : new Request(input, init);
      request.signal.throwIfAborted();
      const response = await (faultInjector === undefined ? handle(request) : faultInjector(request, handle, wait));
      if (latency > 0) await wait(latency, request.signal);
      request.signal.throwIfAborted();
      if (!open) throw closedError();
      return response;
    },
    close() {
      open = false;
      for (const drop of waiting) drop(closedError());
    },
  };
}

/** The error of `fetch` after the exchange has been closed. */
function closedError(): TypeError {
  return new TypeError("fetch failed: the exchange is closed");
}

import type { ExchangeClock } from "../time/clock.ts";
import type { FaultInjector, Wait } from "./faultInjector.ts";

/** The way between a client and the exchange. */
export interface Loopback {
  readonly fetch: (input: Request | string | URL, init?: RequestInit) => Promise<Response>;
  readonly close: () => void;
}

/**
 * Requests arrive at once and are carried out; the answers take `latency` ms. As on a real line an abort ends
 * the waiting, not the order. While nothing is on its way there is no timer.
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
      if (!open) return reject(closed());
      if (signal.aborted) return reject(signal.reason as Error);
      const end = (): void => {
        if (timer !== undefined) clock.clearTimeout(timer);
        signal.removeEventListener("abort", aborted);
        waiting.delete(dropped);
      };
      const aborted = (): void => {
        end();
        reject(signal.reason as Error);
      };
      const dropped = (reason: Error): void => {
        end();
        reject(reason);
      };
      const passed = (): void => {
        end();
        resolve();
      };
      const timer = ms === Number.POSITIVE_INFINITY ? undefined : clock.setTimeout(passed, ms);
      signal.addEventListener("abort", aborted);
      waiting.add(dropped);
    });

  return {
    async fetch(input, init) {
      if (!open) throw closed();
      // A server's own kind of request may only be used as it is, and is cheaper so.
      const request = init === undefined && input instanceof Request ? input : new Request(input, init);
      request.signal.throwIfAborted();
      const response = await (faultInjector === undefined ? handle(request) : faultInjector(request, handle, wait));
      if (latency > 0) await wait(latency, request.signal);
      request.signal.throwIfAborted();
      if (!open) throw closed();
      return response;
    },
    close() {
      open = false;
      for (const drop of waiting) drop(closed());
    },
  };
}

/** What `fetch` rejects with when nobody listens. */
function closed(): TypeError {
  return new TypeError("fetch failed: the exchange is closed");
}

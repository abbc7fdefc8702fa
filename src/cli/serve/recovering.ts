import process from "node:process";
import { StoreError, type ExchangeClock, type Exchange } from "../../exchange/index.ts";
import { report } from "./report.ts";

/** An exchange that is reopened from its store after a failed write, for example on a full disk. */
export interface Recovering extends Pick<Exchange, "connect" | "close"> {
  /** The current exchange; throws a `StoreError` while there is none. */
  current(): Exchange;
  /** Its time; never goes back. */
  readonly now: () => number;
  readonly fetch: (request: Request) => Promise<Response>;
}

const RETRY_AFTER_MS = 1000;
const NOT_WRITTEN = "The exchange cannot write to its disk. Nothing was changed.";

/**
 * After a failed write the exchange's memory contains changes that are not persisted. The exchange is therefore discarded
 * and reopened from the store with the next request.
 */
export function createRecovering(open: (clock: ExchangeClock) => Exchange, clock: ExchangeClock): Recovering {
  let failure: unknown;
  // Requests that change something, and reopening, are not tried before these times.
  let nextChange = Number.NEGATIVE_INFINITY;
  let nextOpening = Number.NEGATIVE_INFINITY;
  let latest = Number.NEGATIVE_INFINITY;
  let exchange: Exchange | undefined = open(guardedClock());

  /** Prevents errors in the exchange's timers from ending the program. */
  function guardedClock(): ExchangeClock {
    return {
      ...clock,
      setTimeout: (callback, ms) =>
        clock.setTimeout(() => {
          const owner = exchange;
          try {
            callback();
          } catch (error) {
            if (error instanceof StoreError && owner !== undefined) drop(owner, error);
            else report(error, "a timer");
          }
        }, ms),
    };
  }

  function current(): Exchange {
    if (exchange !== undefined) return exchange;
    if (performance.now() < nextOpening) throw failure;
    const startedAt = performance.now();
    try {
      exchange = open(guardedClock());
      return exchange;
    } catch (error) {
      failure = error;
      nextOpening = performance.now() + RETRY_AFTER_MS;
      throw error;
    } finally {
      // Reopening takes a while with a long journal.
      nextChange = performance.now() + RETRY_AFTER_MS + 4 * (performance.now() - startedAt);
    }
  }

  function drop(failed: Exchange, error: StoreError): void {
    if (exchange !== failed) return;
    exchange = undefined;
    failure = error;
    nextChange = performance.now() + RETRY_AFTER_MS;
    process.stderr.write(
      `${error.message}. Until it can be written, requests that change something are answered with 503.\n`,
    );
    try {
      failed.close();
    } catch {
      // Closing fails, too, if it has to write.
    }
  }

  return {
    current,
    now() {
      latest = Math.max(latest, (exchange?.connection.clock ?? clock).now());
      return latest;
    },
    connect: (url, peer) => current().connect(url, peer),
    async fetch(request) {
      let target: Exchange | undefined;
      const changes = !["GET", "HEAD", "OPTIONS"].includes(request.method);
      if (changes && performance.now() < nextChange) return unavailable(NOT_WRITTEN);
      try {
        target = current();
        return await target.fetch(request);
      } catch (error) {
        if (error instanceof StoreError && target !== undefined) drop(target, error);
        if (error instanceof StoreError) return unavailable(NOT_WRITTEN);
        if (target === exchange) throw error;
        return unavailable("The exchange was reopened from its disk. Check whether the request was executed.");
      }
    },
    close: () => exchange?.close(),
  };
}

function unavailable(message: string): Response {
  const error = { code: "SERVICE_UNAVAILABLE", message };
  return Response.json({ error }, { status: 503, headers: { "retry-after": "1" } });
}

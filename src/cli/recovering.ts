import process from "node:process";
import { StoreError, type ExchangeClock, type Exchange } from "../exchange/index.ts";
import { report } from "./report.ts";

/** An exchange that begins anew from its store after it could not write to it, on a full disk for instance. */
export interface Recovering extends Pick<Exchange, "connect" | "close"> {
  /** The exchange of the moment; fails with a `StoreError` while there is none. */
  current(): Exchange;
  /** Its time; never goes back. */
  readonly now: () => number;
  readonly fetch: (request: Request) => Promise<Response>;
}

const RETRY_AFTER_MS = 1000;
const NOT_WRITTEN = "The exchange cannot write to its disk. Nothing was changed.";

/**
 * What an exchange carried out and could not write down is in its memory all the same. So it is thrown away, and one
 * that knows only what is written takes its place with the next request.
 */
export function createRecovering(open: (clock: ExchangeClock) => Exchange, clock: ExchangeClock): Recovering {
  let failure: unknown;
  // Neither what changes something nor what failed by itself is tried again before these times.
  let nextChange = Number.NEGATIVE_INFINITY;
  let nextOpening = Number.NEGATIVE_INFINITY;
  let latest = Number.NEGATIVE_INFINITY;
  let exchange: Exchange | undefined = open(guarded());

  /** Timers of an exchange that cannot write must not end the program. */
  function guarded(): ExchangeClock {
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
    const began = performance.now();
    try {
      exchange = open(guarded());
      return exchange;
    } catch (error) {
      failure = error;
      nextOpening = performance.now() + RETRY_AFTER_MS;
      throw error;
    } finally {
      // A long journal takes a while each time.
      nextChange = performance.now() + RETRY_AFTER_MS + 4 * (performance.now() - began);
    }
  }

  function drop(failed: Exchange, error: StoreError): void {
    if (exchange !== failed) return;
    exchange = undefined;
    failure = error;
    nextChange = performance.now() + RETRY_AFTER_MS;
    process.stderr.write(`${error.message}. Until it can be, what changes something is answered with 503.\n`);
    try {
      failed.close();
    } catch {
      // It cannot write its last words either.
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
      let asked: Exchange | undefined;
      const changes = !["GET", "HEAD", "OPTIONS"].includes(request.method);
      if (changes && performance.now() < nextChange) return unavailable(NOT_WRITTEN);
      try {
        asked = current();
        return await asked.fetch(request);
      } catch (error) {
        if (error instanceof StoreError && asked !== undefined) drop(asked, error);
        if (error instanceof StoreError)
          return unavailable("The exchange cannot write to its disk. Nothing was changed.");
        if (asked === exchange) throw error;
        return unavailable("The exchange began anew from its disk. Look whether the request was carried out.");
      }
    },
    close: () => exchange?.close(),
  };
}

function unavailable(message: string): Response {
  const error = { code: "SERVICE_UNAVAILABLE", message };
  return Response.json({ error }, { status: 503, headers: { "retry-after": "1" } });
}

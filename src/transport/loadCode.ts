import { ConnectionError } from "../errors/index.ts";
import { held, type Clock } from "./clock.ts";

/**
 * Returns a function that loads code which most clients do not use, once. A virtual clock waits meanwhile. If loading
 * fails, as on a page that is offline, the next call tries again.
 *
 * @param what completes "The code for … could not be loaded."
 */
export function lazyCode<T>(clock: Clock, what: string, load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    if (loading !== undefined) return loading;
    const attempt = load().catch((cause: unknown): never => {
      loading = undefined;
      throw new ConnectionError(`The code for ${what} could not be loaded.`, {
        code: "CONNECTION_FAILED",
        retryable: true,
        cause,
        hint: "Check the network, and try again.",
      });
    });
    loading = attempt;
    return held(clock, attempt);
  };
}

import { isAgentExchangeError } from "../errors/index.ts";
import type { Clock } from "../transport/index.ts";

/** Milliseconds between two attempts. */
const MIN_DELAY = 2000;
const MAX_DELAY = 30_000;

/** Backfills that are running, at most one per channel. */
export class Recoveries {
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #running = new Map<string, AbortController>();

  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#onError = onError;
  }

  /** Repeats the work until it succeeds, cannot succeed or is aborted. Replaces a running recovery of the channel. */
  async run(key: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.abort(key);
    const controller = new AbortController();
    this.#running.set(key, controller);
    const { signal } = controller;
    for (let delay = MIN_DELAY; !signal.aborted; delay = Math.min(MAX_DELAY, delay * 2)) {
      try {
        await work(signal);
        break;
      } catch (error) {
        if (signal.aborted) return;
        this.#onError(error);
        if (!isAgentExchangeError(error) || !error.retryable) break;
        await this.#sleep(delay, signal);
      }
    }
    if (this.#running.get(key) === controller) this.#running.delete(key);
  }

  abort(key: string): void {
    this.#running.get(key)?.abort();
  }

  abortAll(): void {
    for (const controller of this.#running.values()) controller.abort();
  }

  #sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        this.#clock.clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = this.#clock.setTimeout(end, milliseconds);
      signal.addEventListener("abort", end);
    });
  }
}

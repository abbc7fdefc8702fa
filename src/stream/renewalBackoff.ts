import type { Clock } from "../transport/index.ts";

/** Milliseconds between two renewals. */
const MIN = 60_000;
const MAX = 960_000;

/** Limits how often a connection is renewed for a silent channel: each time that did not help, the next has to wait longer. */
export class RenewalBackoff {
  readonly #clock: Clock;
  #delay = MIN;
  #notBefore = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns whether a renewal is allowed now, and counts it if so. */
  tryAcquire(): boolean {
    const now = this.#clock.elapsed();
    if (now < this.#notBefore) return false;
    this.#notBefore = now + this.#delay;
    this.#delay = Math.min(MAX, this.#delay * 2);
    return true;
  }

  reset(): void {
    this.#delay = MIN;
    this.#notBefore = -Infinity;
  }
}

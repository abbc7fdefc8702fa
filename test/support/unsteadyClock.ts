import type { Clock } from "../../src/transport/index.ts";

/** How a machine's clock differs from the time that passes. */
export interface ClockFault {
  /** Milliseconds ahead. */
  readonly offset: number;
  /** Milliseconds shown for each that passes. */
  readonly rate: number;
  /** Moments of `clock.elapsed()` at which it is set, and by how many milliseconds. */
  readonly steps: readonly (readonly [at: number, by: number])[];
}

/** A clock of another machine, with the same timers: `now()` is off, drifts and jumps, `elapsed()` drifts only. */
export function unsteadyClock(clock: Clock, { offset, rate, steps }: ClockFault): Clock {
  const start = clock.now();
  const begin = clock.elapsed();
  const stepped = (): number => steps.reduce((sum, [at, by]) => (clock.elapsed() >= at ? sum + by : sum), 0);
  return {
    now: () => start + offset + (clock.elapsed() - begin) * rate + stepped(),
    elapsed: () => (clock.elapsed() - begin) * rate,
    setTimeout: (callback, ms) => clock.setTimeout(callback, ms / rate),
    clearTimeout: (timer) => clock.clearTimeout(timer),
  };
}

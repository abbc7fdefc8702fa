import type { Clock } from "../../src/transport/index.ts";

/** How a machine's clock differs from real time. */
export interface ClockFault {
  /** Milliseconds by which it is ahead. */
  readonly offset: number;
  /** Milliseconds it advances per real millisecond. */
  readonly rate: number;
  /** Readings of `clock.elapsed()` at which it is set, and by how many milliseconds. */
  readonly steps: readonly (readonly [at: number, by: number])[];
}

/** The clock of another machine, driven by the same timers: `now()` is off, drifts and jumps; `elapsed()` only drifts. */
export function unsteadyClock(clock: Clock, { offset, rate, steps }: ClockFault): Clock {
  const start = clock.now();
  const startElapsed = clock.elapsed();
  const stepped = (): number => steps.reduce((sum, [at, by]) => (clock.elapsed() >= at ? sum + by : sum), 0);
  return {
    now: () => start + offset + (clock.elapsed() - startElapsed) * rate + stepped(),
    elapsed: () => (clock.elapsed() - startElapsed) * rate,
    setTimeout: (callback, ms) => clock.setTimeout(callback, ms / rate),
    clearTimeout: (timer) => clock.clearTimeout(timer),
    // Without it, time would pass while code is loaded, and results would depend on the machine's load.
    hold: (work) => clock.hold?.(work),
  };
}

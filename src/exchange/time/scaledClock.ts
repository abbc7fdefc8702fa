import { systemClock, type ExchangeClock } from "./clock.ts";

/** A clock that can be set and runs at its own speed. Until it is set it follows its base clock. */
export interface ScaledClock extends ExchangeClock {
  /** Sets the time and stops it until `run`. */
  setTo(time: number): void;
  /** Runs at `speed` from the time `from`; by default at the previous speed, from the current time. */
  run(options?: { readonly speed?: number; readonly from?: number }): void;
}

// A system timer with a longer delay fires immediately.
const MAX_DELAY = 2 ** 31 - 1;

interface Timer {
  baseTimer: unknown;
}

/** Scales a base clock, by default the system's. Delays of timers are divided by the speed at which they are set. */
export function scaledClock(initialSpeed = 1, base: ExchangeClock = systemClock): ScaledClock {
  let speed = initialSpeed;
  // The time is `origin` plus the base time since `baseOrigin`, times `rate`; elapsed time is counted the same way.
  let rate = 1;
  let origin = base.now();
  let baseOrigin = origin;
  let elapsedOrigin = 0;
  let baseElapsedOrigin = base.elapsed();

  // Follows the wall clock: `elapsed` may stand still while the computer sleeps.
  const time = (): number => origin + (base.now() - baseOrigin) * rate;
  const elapsed = (): number => elapsedOrigin + (base.elapsed() - baseElapsedOrigin) * rate;

  function restart(from: number, nextRate: number): void {
    elapsedOrigin = elapsed();
    baseElapsedOrigin = base.elapsed();
    origin = from;
    baseOrigin = base.now();
    rate = nextRate;
  }

  function wait(timer: Timer, callback: () => void, ms: number): void {
    const next = (): void => (ms > MAX_DELAY ? wait(timer, callback, ms - MAX_DELAY) : callback());
    timer.baseTimer = base.setTimeout(next, Math.min(ms, MAX_DELAY));
  }

  return {
    now: () => Math.floor(time()),
    elapsed,
    setTimeout(callback, ms) {
      const timer: Timer = { baseTimer: undefined };
      wait(timer, callback, ms / speed);
      return timer;
    },
    clearTimeout: (timer) => base.clearTimeout((timer as Timer | undefined)?.baseTimer),
    setTo: (to) => restart(to, 0),
    run(options = {}) {
      speed = options.speed ?? speed;
      restart(options.from ?? time(), speed);
    },
  };
}

import { systemClock, type ExchangeClock } from "agentexchange/exchange";

/** Time that stands still until it is told to run, and runs as fast as it is told to. */
export interface AdjustableClock extends ExchangeClock {
  /** Sets the time while it stands still. */
  setTo(time: number): void;
  /** Lets time run from where it is, `speed` times as fast as the computer's. */
  run(speed: number): void;
}

export function adjustableClock(): AdjustableClock {
  let origin = systemClock.now();
  let before = 0;
  let startedAt: number | undefined;
  let speed = 1;
  const passed = (): number => (startedAt === undefined ? 0 : (systemClock.elapsed() - startedAt) * speed);
  return {
    now: () => Math.floor(origin + passed()),
    elapsed: () => before + passed(),
    setTimeout: (callback, ms) => systemClock.setTimeout(callback, ms / speed),
    clearTimeout: (timer) => systemClock.clearTimeout(timer),
    setTo(time) {
      origin = time;
    },
    run(next) {
      origin += passed();
      before += passed();
      startedAt = systemClock.elapsed();
      speed = next;
    },
  };
}

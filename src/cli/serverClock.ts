import { systemClock, type Clock } from "../exchange/index.ts";

/** Simulated time: at first it stands still and can be set, then it runs. */
export interface ServerClock extends Clock {
  /** Sets the time while it stands still. */
  setTo(time: number): void;
  /** Lets time run from where it stands. */
  run(): void;
}

/** A clock that runs `speed` times as fast as another one, by default the computer's; timers are as much shorter. */
export function serverClock(speed: number, base: Clock = systemClock): ServerClock {
  let origin = base.now();
  let startedAt: number | undefined;
  const passed = (): number => (startedAt === undefined ? 0 : (base.elapsed() - startedAt) * speed);
  return {
    now: () => Math.floor(origin + passed()),
    elapsed: passed,
    setTimeout: (callback, ms) => base.setTimeout(callback, ms / speed),
    clearTimeout: (timer) => base.clearTimeout(timer),
    setTo(time) {
      origin = time;
    },
    run() {
      startedAt = base.elapsed();
    },
  };
}

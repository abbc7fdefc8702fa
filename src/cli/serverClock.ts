import { systemClock, type ExchangeClock } from "../exchange/index.ts";

/** Simulated time: the computer's, unless it is set, until it runs at a speed of its own. */
export interface ServerClock extends ExchangeClock {
  /** Makes time stand at a moment until `run`. */
  setTo(time: number): void;
  /** Lets time run at its speed, from the computer's present. */
  run(): void;
}

// A longer timer would fire at once.
const LONGEST_TIMER = 2 ** 31 - 1;

/** A clock that runs `speed` times as fast as another one, by default the computer's; timers are as much shorter. */
export function serverClock(speed: number, base: ExchangeClock = systemClock): ServerClock {
  let rate = 1;
  let origin = base.now();
  let startedAt = origin;
  let passed = 0;
  let countedFrom = base.elapsed();

  const elapsed = (): number => passed + (base.elapsed() - countedFrom) * rate;

  function goOn(time: number, at: number, nextRate: number): void {
    passed = elapsed();
    countedFrom = base.elapsed();
    origin = time;
    startedAt = at;
    rate = nextRate;
  }

  function wait(timer: Timer, callback: () => void, ms: number): void {
    const next = (): void => (ms > LONGEST_TIMER ? wait(timer, callback, ms - LONGEST_TIMER) : callback());
    timer.current = base.setTimeout(next, Math.min(ms, LONGEST_TIMER));
  }

  return {
    // The wall clock counts, not what has elapsed: that stands still while the machine sleeps.
    now: () => Math.floor(origin + (base.now() - startedAt) * rate),
    elapsed,
    setTimeout(callback, ms) {
      const timer: Timer = { current: undefined };
      wait(timer, callback, ms / speed);
      return timer;
    },
    clearTimeout: (timer) => base.clearTimeout((timer as Timer | undefined)?.current),
    setTo: (time) => goOn(time, base.now(), 0),
    run() {
      const present = base.now();
      goOn(present, present, speed);
    },
  };
}

interface Timer {
  current: unknown;
}

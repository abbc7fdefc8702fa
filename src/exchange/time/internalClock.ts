import { isVirtual, type ExchangeClock, type VirtualClock } from "./clock.ts";
import { HOUR } from "./units.ts";

/** The time inside an exchange. It follows a base clock and can be stopped and set. */
export interface InternalClock {
  readonly clock: ExchangeClock;
  /** Stops at a time; used while a journal is replayed. */
  readonly set: (time: number) => void;
  /** Runs from a given time. */
  readonly run: (time: number) => void;
  /** Follows the base clock, but does not go back behind `earliest`. */
  readonly follow: (earliest: number) => void;
  /** Stops at the current time; timers wait. */
  readonly pause: () => void;
  /** Continues from the time at which it stopped. */
  readonly resume: () => void;
}

interface Timer {
  readonly callback: () => void;
  /** In terms of `elapsed()`. */
  readonly due: number;
  /** The base clock's timer, while the clock runs. */
  baseTimer: unknown;
}

// If the system clock has been set back, this clock runs slower until the two agree.
const CATCH_UP_RATE = 0.5;
// Beyond this difference it would take too long, so the clock keeps its own pace.
const MAX_CATCH_UP = HOUR;

export function createInternalClock(base: ExchangeClock): InternalClock {
  let stopped: { readonly now: number; readonly elapsed: number } | undefined;
  let ahead = 0;
  let behind = 0;
  // The latest time reported, and when.
  let reported = { now: Number.NEGATIVE_INFINITY, elapsed: 0 };
  const timers = new Set<Timer>();
  const now = (): number => (stopped === undefined ? runningTime() : stopped.now);

  /** Follows the base clock forwards, jumps included; never goes back. */
  function runningTime(): number {
    const time = base.now() + ahead;
    const passed = base.elapsed() - reported.elapsed;
    // A virtual clock moves exactly as far as it is advanced.
    const catchesUp = !isVirtual(base) && reported.now + passed - time <= MAX_CATCH_UP;
    const minimum = reported.now + (catchesUp ? passed * CATCH_UP_RATE : passed);
    reported = { now: Math.max(time, minimum), elapsed: reported.elapsed + passed };
    return Math.max(time, Math.floor(minimum));
  }

  const elapsed = (): number => (stopped === undefined ? base.elapsed() - behind : stopped.elapsed);

  function startTimer(timer: Timer, ms: number): void {
    const fire = (): void => {
      timers.delete(timer);
      timer.callback();
    };
    timer.baseTimer = base.setTimeout(fire, ms);
  }

  function stop(time: number): void {
    if (stopped === undefined) for (const timer of timers) base.clearTimeout(timer.baseTimer);
    stopped = { now: time, elapsed: elapsed() };
  }

  const clock: ExchangeClock = {
    now,
    elapsed,
    setTimeout(callback, ms) {
      const timer: Timer = { callback, due: elapsed() + ms, baseTimer: undefined };
      timers.add(timer);
      if (stopped === undefined) startTimer(timer, ms);
      return timer;
    },
    clearTimeout(timer) {
      if (timers.delete(timer as Timer)) base.clearTimeout((timer as Timer).baseTimer);
    },
    hold: (work) => base.hold?.(work),
  };

  function start(): void {
    if (stopped === undefined) return;
    behind = base.elapsed() - stopped.elapsed;
    stopped = undefined;
    for (const timer of timers) startTimer(timer, timer.due - elapsed());
  }

  function run(time: number): void {
    ahead = time - base.now();
    reported = { now: time, elapsed: base.elapsed() };
    start();
  }

  return {
    clock: isVirtual(base) ? withAdvance(clock, base) : clock,
    set: stop,
    run,
    follow(earliest) {
      ahead = 0;
      reported = { now: earliest, elapsed: base.elapsed() };
      start();
    },
    pause: () => stop(now()),
    resume() {
      if (stopped !== undefined) run(stopped.now);
    },
  };
}

function withAdvance(clock: ExchangeClock, base: VirtualClock): VirtualClock {
  return {
    ...clock,
    hold: (work) => base.hold(work),
    advance: (ms) => base.advance(ms),
    get pending() {
      return base.pending;
    },
  };
}

import { isVirtual, type ExchangeClock, type VirtualClock } from "./clock.ts";

/** The time inside an exchange: it runs as the clock that it was made from does, and can be made to stand. */
export interface InternalClock {
  readonly clock: ExchangeClock;
  /** Makes it stand at a time: the past is repeated so. */
  readonly set: (time: number) => void;
  /** Lets it run from a time on. */
  readonly run: (time: number) => void;
  /** Lets it run with the clock that it was made from; where that one is behind a time, from there. */
  readonly follow: (earliest: number) => void;
  /** Makes it stand where it is: timers wait, too. */
  readonly pause: () => void;
  /** Lets it go on from where it stands. */
  readonly resume: () => void;
}

interface Timer {
  readonly callback: () => void;
  /** By `elapsed`. */
  readonly due: number;
  /** The base's timer, while time runs. */
  running: unknown;
}

// While the computer's clock is behind, having been set back, time runs slower until the two agree.
const CATCH_UP_RATE = 0.5;
// More than this would take too long: time goes on at its own pace.
const MOST_CAUGHT_UP = 3_600_000;

export function createInternalClock(base: ExchangeClock): InternalClock {
  let standing: { readonly now: number; readonly elapsed: number } | undefined;
  let ahead = 0;
  let behind = 0;
  // The latest time that was told, and when.
  let told = { now: Number.NEGATIVE_INFINITY, elapsed: 0 };
  const timers = new Set<Timer>();
  const now = (): number => (standing === undefined ? running() : standing.now);

  /** Follows the base forwards, also in leaps; never goes back. */
  function running(): number {
    const time = base.now() + ahead;
    const passed = base.elapsed() - told.elapsed;
    // A clock that is told to go on goes on as far as it is told.
    const catchesUp = !isVirtual(base) && told.now + passed - time <= MOST_CAUGHT_UP;
    const least = told.now + (catchesUp ? passed * CATCH_UP_RATE : passed);
    told = { now: Math.max(time, least), elapsed: told.elapsed + passed };
    return Math.max(time, Math.floor(least));
  }

  const elapsed = (): number => (standing === undefined ? base.elapsed() - behind : standing.elapsed);

  function start(timer: Timer, ms: number): void {
    const fire = (): void => {
      timers.delete(timer);
      timer.callback();
    };
    timer.running = base.setTimeout(fire, ms);
  }

  function stand(time: number): void {
    if (standing === undefined) for (const timer of timers) base.clearTimeout(timer.running);
    standing = { now: time, elapsed: elapsed() };
  }

  const clock: ExchangeClock = {
    now,
    elapsed,
    setTimeout(callback, ms) {
      const timer: Timer = { callback, due: elapsed() + ms, running: undefined };
      timers.add(timer);
      if (standing === undefined) start(timer, ms);
      return timer;
    },
    clearTimeout(timer) {
      if (timers.delete(timer as Timer)) base.clearTimeout((timer as Timer).running);
    },
    hold: (work) => base.hold?.(work),
  };

  function goOn(): void {
    if (standing === undefined) return;
    behind = base.elapsed() - standing.elapsed;
    standing = undefined;
    for (const timer of timers) start(timer, timer.due - elapsed());
  }

  function run(time: number): void {
    ahead = time - base.now();
    told = { now: time, elapsed: base.elapsed() };
    goOn();
  }

  return {
    clock: isVirtual(base) ? advancing(clock, base) : clock,
    set: stand,
    run,
    follow(earliest) {
      ahead = 0;
      told = { now: earliest, elapsed: base.elapsed() };
      goOn();
    },
    pause: () => stand(now()),
    resume() {
      if (standing !== undefined) run(standing.now);
    },
  };
}

function advancing(clock: ExchangeClock, base: VirtualClock): VirtualClock {
  return {
    ...clock,
    hold: (work) => base.hold(work),
    advance: (ms) => base.advance(ms),
    get pending() {
      return base.pending;
    },
  };
}

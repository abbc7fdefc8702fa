import { isVirtual, type Clock, type VirtualClock } from "./clock.ts";

/** The time inside an exchange: it runs as the clock that it was made from does, and can be made to stand. */
export interface ExchangeClock {
  readonly clock: Clock;
  /** Makes it stand at a time: the past is repeated so. */
  readonly set: (time: number) => void;
  /** Lets it run from a time on. */
  readonly run: (time: number) => void;
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

export function exchangeClock(base: Clock): ExchangeClock {
  let standing: { readonly now: number; readonly elapsed: number } | undefined;
  let ahead = 0;
  let behind = 0;
  const timers = new Set<Timer>();
  const now = (): number => (standing === undefined ? base.now() + ahead : standing.now);
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

  const clock: Clock = {
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

  function run(time: number): void {
    ahead = time - base.now();
    if (standing === undefined) return;
    behind = base.elapsed() - standing.elapsed;
    standing = undefined;
    for (const timer of timers) start(timer, timer.due - elapsed());
  }

  return {
    clock: isVirtual(base) ? advancing(clock, base) : clock,
    set: stand,
    run,
    pause: () => stand(now()),
    resume() {
      if (standing !== undefined) run(standing.now);
    },
  };
}

function advancing(clock: Clock, base: VirtualClock): VirtualClock {
  return {
    ...clock,
    hold: (work) => base.hold(work),
    advance: (ms) => base.advance(ms),
    get pending() {
      return base.pending;
    },
  };
}

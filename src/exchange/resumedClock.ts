import { isVirtual, type Clock, type VirtualClock } from "./clock.ts";

/** A clock that stands where it is set while the past is repeated, and then goes on. */
export interface ResumedClock {
  readonly clock: Clock;
  readonly set: (time: number) => void;
  /** Lets it run as the clock that it was made from does, from no earlier than `time` on. */
  readonly run: (time: number) => void;
}

export function resumedClock(base: Clock, start: number): ResumedClock {
  let standing: number | undefined = start;
  let ahead = 0;
  const now = (): number => standing ?? base.now() + ahead;
  const clock: Clock = {
    now,
    elapsed: () => base.elapsed(),
    setTimeout: (callback, ms) => base.setTimeout(callback, ms),
    clearTimeout: (timer) => base.clearTimeout(timer),
    hold: (work) => base.hold?.(work),
  };
  return {
    clock: isVirtual(base) ? advancing(clock, base) : clock,
    set(time) {
      standing = time;
    },
    run(time) {
      standing = undefined;
      ahead = Math.max(0, time - base.now());
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

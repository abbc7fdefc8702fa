import type { ExchangeClock } from "../exchange/index.ts";

/** Timers that nothing keeps in memory: one alarm wakes whoever set them, and they are set again then. */
export interface AlarmClock extends ExchangeClock {
  /** Fires what is due. To be called by the alarm. */
  ring(): Promise<void>;
  /** Forgets all timers; from now on the clock sets none. */
  close(): void;
}

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** Timers that are due this soon fire together with those that are due now, so that short waits need no alarm each. */
const SOON = 1;
/** Work that continues itself without a pause does so this often before the next alarm. */
const MAX_ROUNDS = 100;

/** Calls `setAlarm` after changes, with the time of the first timer or null, unless that is set already. */
export function createAlarmClock(
  now: () => number,
  setAlarm: (time: number | null) => Promise<void>,
  hold: (work: Promise<unknown>) => void,
): AlarmClock {
  const timers = new Set<Timer>();
  let armed: number | null | undefined;
  let isArming = false;
  let latest = now();
  let isOpen = true;

  function first(): Timer | undefined {
    let found: Timer | undefined;
    for (const timer of timers) if (found === undefined || timer.due < found.due) found = timer;
    return found;
  }

  /** Once for all changes of a step. */
  function armSoon(): void {
    if (isArming) return;
    isArming = true;
    void Promise.resolve().then(arm);
  }

  function arm(): void {
    isArming = false;
    const due = first()?.due ?? null;
    if (!isOpen || due === armed || (due === null && armed === undefined)) return;
    armed = due;
    // The runtime may refuse, because of a spending limit: then the next change tries again.
    setAlarm(due).catch(() => (armed = undefined));
  }

  /** Fires each timer that is due, but none that these set. */
  function fireDue(): boolean {
    const due = [...timers].filter((timer) => timer.due <= now() + SOON).toSorted((a, b) => a.due - b.due);
    for (const timer of due) if (timers.delete(timer)) timer.callback();
    return due.length > 0;
  }

  return {
    now,
    hold,
    elapsed: () => (latest = Math.max(latest, now())),
    setTimeout(callback, ms) {
      const timer = { due: Math.ceil(now() + Math.max(0, ms)), callback };
      if (isOpen) timers.add(timer);
      armSoon();
      return timer;
    },
    clearTimeout(timer) {
      if (timers.delete(timer as Timer)) armSoon();
    },
    async ring() {
      armed = null;
      for (let round = 0; round < MAX_ROUNDS && fireDue(); round++) await turn();
      armSoon();
    },
    close() {
      isOpen = false;
      timers.clear();
    },
  };
}

/** Resolves after the requests that have arrived by now. */
export async function turn(): Promise<void> {
  await new Response("").text();
}

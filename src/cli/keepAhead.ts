import type { ExchangeStore, OpenStore } from "../exchange/index.ts";

/** Keeps the time of an exchange that is ahead of the computer: killed and started again, it must not repeat any. */
export interface KeepingStore extends ExchangeStore {
  /** Keeps the time from now on, each second anew. */
  keep(now: () => number, speed: number): void;
  /** Stops that; the exchange keeps its last time by itself. */
  stop(): void;
}

const EVERY_MS = 1000;
// Enough for a program that is busy: until the next second comes, no later time is told.
const AHEAD_MS = 5000;

export function keepAhead(store: ExchangeStore): KeepingStore {
  let opened: OpenStore | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    open: () => (opened = store.open()),
    keep(now, speed) {
      const keep = (): void => {
        const time = now();
        // One that keeps step with the computer is where it has to be by itself.
        if (speed > 1 || time > Date.now() + EVERY_MS) opened?.keepTime?.(time + AHEAD_MS * Math.max(1, speed));
      };
      keep();
      timer = setInterval(keep, EVERY_MS);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}

import type { ExchangeStore, OpenStore } from "../../exchange/index.ts";

/** Saves the time of an exchange that runs ahead of the system clock. After a crash it must not repeat any time. */
export interface TimeSavingStore extends ExchangeStore {
  /** Starts saving the time every second. */
  startSaving(now: () => number, speed: number): void;
  /** Stops saving. The exchange itself saves its last time when it closes. */
  stopSaving(): void;
}

const INTERVAL_MS = 1000;
// Saved this far ahead, so that even a busy program reports no later time before the next save.
const AHEAD_MS = 5000;

export function keepAhead(store: ExchangeStore): TimeSavingStore {
  let opened: OpenStore | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    open: () => (opened = store.open()),
    startSaving(now, speed) {
      const save = (): void => {
        const time = now();
        // An exchange in step with the system clock needs no saved time.
        if (speed > 1 || time > Date.now() + INTERVAL_MS) opened?.keepTime?.(time + AHEAD_MS * Math.max(1, speed));
      };
      save();
      timer = setInterval(save, INTERVAL_MS);
      timer.unref();
    },
    stopSaving: () => clearInterval(timer),
  };
}

import type { ExchangeClock } from "../time/clock.ts";

/** One direction of a connection: what goes in comes out later, in its order. */
export interface Pipe {
  put(arrive: () => void): void;
  /** Loses what is on its way, and all that comes. */
  cut(): void;
}

/** Even without latency nothing arrives before whoever sent it is through. */
export function createPipe(clock: ExchangeClock, latency: number): Pipe {
  const underway: (() => void)[] = [];
  const timers = new Set<unknown>();
  let open = true;

  function arriveNext(): void {
    underway.shift()?.();
  }

  return {
    put(arrive) {
      if (!open) return;
      underway.push(arrive);
      if (latency === 0) {
        void Promise.resolve().then(arriveNext);
        return;
      }
      const timer = clock.setTimeout(() => {
        timers.delete(timer);
        arriveNext();
      }, latency);
      timers.add(timer);
    },
    cut() {
      open = false;
      underway.length = 0;
      for (const timer of timers) clock.clearTimeout(timer);
      timers.clear();
    },
  };
}

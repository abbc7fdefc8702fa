import type { ExchangeClock } from "../time/clock.ts";

/** One direction of a connection: delivers what is sent after a delay, in order. */
export interface Pipe {
  send(deliver: () => void): void;
  /** Discards everything in flight and everything sent later. */
  cut(): void;
}

/** Even without latency, delivery waits until the sender's current task is done. */
export function createPipe(clock: ExchangeClock, latency: number): Pipe {
  const inFlight: (() => void)[] = [];
  const timers = new Set<unknown>();
  let open = true;

  function deliverNext(): void {
    inFlight.shift()?.();
  }

  return {
    send(deliver) {
      if (!open) return;
      inFlight.push(deliver);
      if (latency === 0) {
        void Promise.resolve().then(deliverNext);
        return;
      }
      const timer = clock.setTimeout(() => {
        timers.delete(timer);
        deliverNext();
      }, latency);
      timers.add(timer);
    },
    cut() {
      open = false;
      inFlight.length = 0;
      for (const timer of timers) clock.clearTimeout(timer);
      timers.clear();
    },
  };
}

import type { VirtualClock } from "../../src/exchange/time/clock.ts";
import { runtime } from "./runtime.ts";

type QuickClock = VirtualClock & {
  /** Releases the event loop. */
  close(): void;
};

interface Timer {
  readonly due: number;
  readonly callback: () => void;
  isDone: boolean;
}

/**
 * A virtual clock for tests with hundreds of thousands of timers. Between two timers it lets only promises settle, and
 * runs the given number of event loop turns.
 */
export function quickClock(start: number, turns = 0): QuickClock {
  let now = start;
  let pending = 0;
  /** Sorted with the next timer at the end. */
  const timers: Timer[] = [];
  const heldWork = new Set<Promise<unknown>>();
  const { turn, close } = eventLoop();

  function insert(timer: Timer): void {
    let low = 0;
    let high = timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((timers[middle] as Timer).due > timer.due) low = middle + 1;
      else high = middle;
    }
    timers.splice(low, 0, timer);
  }

  async function settle(): Promise<void> {
    await runTurns();
    // A timer's work may hold the clock only after a few turns, and go on after what it held for.
    while (heldWork.size > 0) {
      await Promise.allSettled(heldWork);
      await runTurns();
    }
  }

  async function runTurns(): Promise<void> {
    for (let round = 0; round < 40; round++) await Promise.resolve();
    for (let count = 0; count < turns; count++) {
      await turn();
      // In Workers, reading a body takes longer than a message, so reading one here waits for all earlier ones.
      if (runtime === "workerd") await new Response("turn").text();
    }
  }

  return {
    now: () => now,
    elapsed: () => now - start,
    setTimeout(callback, ms) {
      const timer: Timer = { due: now + Math.max(0, ms), callback, isDone: false };
      insert(timer);
      pending++;
      return timer;
    },
    clearTimeout(handle) {
      const timer = handle as Timer | undefined;
      if (timer === undefined || timer.isDone) return;
      timer.isDone = true;
      pending--;
    },
    hold(work) {
      heldWork.add(work);
      const release = (): void => void heldWork.delete(work);
      work.then(release, release);
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (let timer = timers.at(-1); timer !== undefined && timer.due <= end; timer = timers.at(-1)) {
        timers.pop();
        if (timer.isDone) continue;
        timer.isDone = true;
        pending--;
        now = Math.max(now, timer.due);
        timer.callback();
        await settle();
      }
      now = Math.max(now, end);
      await settle();
    },
    get pending() {
      return pending;
    },
    close,
  };
}

function eventLoop(): { readonly turn: () => Promise<void>; readonly close: () => void } {
  if (typeof MessageChannel === "undefined")
    return { turn: () => new Promise((resolve) => setTimeout(resolve, 0)), close: () => {} };
  let channel: MessageChannel | undefined;
  let resume = (): void => {};
  return {
    turn: () =>
      new Promise((resolve) => {
        resume = resolve;
        if (channel === undefined) {
          channel = new MessageChannel();
          channel.port1.addEventListener("message", () => resume());
          channel.port1.start();
        }
        channel.port2.postMessage(0);
      }),
    close: () => channel?.port1.close(),
  };
}

import type { VirtualClock } from "../../src/exchange/time/clock.ts";
import { runtime } from "./runtime.ts";

type QuickClock = Omit<VirtualClock, "hold"> & {
  /** Ends the turns of the event loop. */
  close(): void;
};

interface Timer {
  readonly due: number;
  readonly callback: () => void;
  gone: boolean;
}

/**
 * A virtual clock for tests with hundreds of thousands of timers: between two of them it lets only promises
 * settle, or as many turns of the event loop as it is told.
 */
export function quickClock(start: number, turns = 0): QuickClock {
  let now = start;
  let pending = 0;
  /** Latest first, so that the next one is at the end. */
  const timers: Timer[] = [];
  const { turn, close } = eventLoop();

  function place(timer: Timer): void {
    let low = 0;
    let high = timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((timers[middle] as Timer).due > timer.due) low = middle + 1;
      else high = middle;
    }
    timers.splice(low, 0, timer);
  }

  async function rest(): Promise<void> {
    for (let settled = 0; settled < 40; settled++) await Promise.resolve();
    for (let taken = 0; taken < turns; taken++) {
      await turn();
      // In Workers a body takes longer than a message: who is through with one has waited for all before it.
      if (runtime === "workerd") await new Response("turn").text();
    }
  }

  return {
    now: () => now,
    elapsed: () => now - start,
    setTimeout(callback, ms) {
      const timer: Timer = { due: now + Math.max(0, ms), callback, gone: false };
      place(timer);
      pending++;
      return timer;
    },
    clearTimeout(handle) {
      const timer = handle as Timer | undefined;
      if (timer === undefined || timer.gone) return;
      timer.gone = true;
      pending--;
    },
    async advance(ms) {
      const end = now + ms;
      await rest();
      for (let timer = timers.at(-1); timer !== undefined && timer.due <= end; timer = timers.at(-1)) {
        timers.pop();
        if (timer.gone) continue;
        timer.gone = true;
        pending--;
        now = Math.max(now, timer.due);
        timer.callback();
        await rest();
      }
      now = Math.max(now, end);
      await rest();
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

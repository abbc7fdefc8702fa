import type { Clock } from "../../transport/index.ts";

/** Why a run cannot go on as planned. */
export type Stop = "budget" | "time" | "taken over";

/** Ends what a run is doing when its budget, its time or its claim is lost. */
export interface Stopper {
  /** The first reason; null while there is none. */
  readonly why: Stop | null;
  stop(why: Stop): void;
  /** Runs a step of the run. Its signal is aborted by {@link Stopper.stop}, and when this much of the run's time is over. */
  step<T>(end: number, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

const MESSAGES: Readonly<Record<Stop, string>> = {
  budget: "The run's budget of requests is used up.",
  time: "The run's time is over.",
  "taken over": "Another run has taken over.",
};

/** @param elapsed milliseconds since the run began */
export function createStopper(clock: Clock, elapsed: () => number): Stopper {
  let why: Stop | null = null;
  let current: AbortController | undefined;
  const stop = (reason: Stop): void => {
    why ??= reason;
    current?.abort(new DOMException(MESSAGES[reason], "AbortError"));
  };
  return {
    get why() {
      return why;
    },
    stop,
    async step(end, work) {
      const controller = new AbortController();
      current = controller;
      const timer = clock.setTimeout(() => stop("time"), Math.max(0, end - elapsed()));
      try {
        if (why === "taken over") stop(why);
        return await work(controller.signal);
      } finally {
        clock.clearTimeout(timer);
        current = undefined;
      }
    },
  };
}

/** Waits for work, but not after the signal is aborted. */
export async function untilAborted<T>(signal: AbortSignal, work: () => T | Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  return Promise.race([aborted, (async () => work())()]);
}

import { toTimestamp } from "./timestamp.ts";

/** The only source of the current time and of timers. */
export interface ExchangeClock {
  /** Unix time in milliseconds. */
  now(): number;
  /** Milliseconds since an arbitrary point; monotonic. */
  elapsed(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  /** Stops a virtual clock while work runs that takes no simulated time. */
  hold?(work: Promise<unknown>): void;
}

/** The system clock. */
export const systemClock: ExchangeClock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

/** A clock that moves only when told to. */
export interface VirtualClock extends ExchangeClock {
  /** Advances the time. Timers fire in order, and the work that each starts completes before the next one fires. */
  advance(ms: number): Promise<void>;
  /** Delays `advance` while work runs that takes no simulated time, for at most one second of real time. */
  hold(work: Promise<unknown>): void;
  /** Number of active timers. */
  readonly pending: number;
}

/** Whether a clock can be advanced. */
export function isVirtual(clock: ExchangeClock): clock is VirtualClock {
  return "advance" in clock;
}

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

function parseStart(start: string | number | Date): number {
  let timestamp: number;
  try {
    timestamp = toTimestamp(start);
  } catch (error) {
    throw new RangeError(`virtualClock: ${(error as Error).message}`, { cause: error });
  }
  if (Number.isFinite(timestamp)) return timestamp;
  throw new RangeError(
    `virtualClock: not a valid time: ${String(start)}. Pass a string such as "2026-01-05T00:00:00Z".`,
  );
}

/**
 * Creates a virtual clock for tests and simulations: a simulated day takes milliseconds.
 *
 * @example
 * ```ts
 * const clock = virtualClock("2026-01-05T00:00:00Z");
 * clock.setTimeout(() => console.log("a minute later"), 60_000);
 * await clock.advance(60_000);
 * ```
 */
export function virtualClock(start: string | number | Date = 0): VirtualClock {
  const origin = parseStart(start);
  let now = origin;
  const timers = new Set<Timer>();
  const heldWork = new Set<Promise<unknown>>();

  function nextUntil(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) if (timer.due <= end && (next === undefined || timer.due < next.due)) next = timer;
    return next;
  }

  return {
    now: () => now,
    elapsed: () => now - origin,
    setTimeout(callback, ms) {
      const timer = { due: now + Math.max(0, Number.isNaN(ms) ? 0 : ms), callback };
      timers.add(timer);
      return timer;
    },
    clearTimeout: (timer) => void timers.delete(timer as Timer),
    hold(work) {
      heldWork.add(work);
      const release = (): void => void heldWork.delete(work);
      work.then(release, release);
    },
    async advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`advance: ms must be 0 or more, received ${ms}`);
      const end = now + ms;
      const eventLoop = createEventLoopWaiter();
      const settle = async (): Promise<void> => {
        await eventLoop.wait();
        while (heldWork.size > 0) {
          await settleOrGiveUp(heldWork);
          await eventLoop.wait();
        }
      };
      try {
        await settle();
        for (let timer = nextUntil(end); timer !== undefined; timer = nextUntil(end)) {
          timers.delete(timer);
          now = Math.max(now, timer.due);
          timer.callback();
          await settle();
        }
        now = Math.max(now, end);
        await settle();
      } finally {
        eventLoop.close();
      }
    },
    get pending() {
      return timers.size;
    },
  };
}

const MAX_REAL_WAIT = 1000;

/** Waits until all work has settled. Work that takes longer than a second may be waiting for this clock, so it is given up. */
async function settleOrGiveUp(work: Set<Promise<unknown>>): Promise<void> {
  let timer: unknown;
  const givenUp = new Promise<void>((resolve) => {
    timer = systemClock.setTimeout(resolve, MAX_REAL_WAIT);
  });
  await Promise.race([Promise.allSettled(work), givenUp]);
  systemClock.clearTimeout(timer);
  work.clear();
}

/** Waits for the real event loop, so that work started by a timer, such as reading a body, completes before the next timer. */
function createEventLoopWaiter(): { readonly wait: () => Promise<void>; readonly close: () => void } {
  const { turn, close } = typeof MessageChannel === "undefined" ? timeoutTurns() : messageTurns();
  let bodiesNeedTurns: boolean | undefined;
  return {
    async wait() {
      bodiesNeedTurns ??= !(await readsBodiesInMicrotasks());
      for (let round = 0; round < ROUNDS; round++) {
        await turn();
        // In Workers reading a body takes longer than a message, so reading one waits for all earlier ones.
        if (bodiesNeedTurns) await new Response("turn").text();
      }
    },
    close,
  };
}

/** Whether this runtime reads a body without the event loop, as Node does. A message then waits for it, at a fifth of the cost. */
async function readsBodiesInMicrotasks(): Promise<boolean> {
  let isRead = false;
  void new Response("turn").text().then(() => (isRead = true));
  for (let microtask = 0; microtask < MICROTASKS; microtask++) await Promise.resolve();
  return isRead;
}

// Node needs eight to read a body.
const MICROTASKS = 32;

// One each for the request's body, the response's body, and the work that uses it.
const ROUNDS = 3;

interface Turns {
  readonly turn: () => Promise<void>;
  readonly close: () => void;
}

function timeoutTurns(): Turns {
  return { turn: () => new Promise((resolve) => setTimeout(resolve, 0)), close: () => {} };
}

/** A zero timeout takes a millisecond, in browsers four; a message takes microseconds. */
function messageTurns(): Turns {
  const { port1, port2 } = new MessageChannel();
  let resume = (): void => {};
  port1.addEventListener("message", () => resume());
  port1.start();
  return {
    turn: () =>
      new Promise((resolve) => {
        resume = resolve;
        port2.postMessage(0);
      }),
    close: () => port1.close(),
  };
}

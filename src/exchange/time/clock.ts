import { toTimestamp } from "./timestamp.ts";

/** Where time comes from: the only source of "now" and of timers. */
export interface ExchangeClock {
  /** Unix time in milliseconds. */
  now(): number;
  /** Milliseconds since some moment; never jumps. */
  elapsed(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  /** Keeps time from going on while work is done that takes none; needed only of clocks that are told to go on. */
  hold?(work: Promise<unknown>): void;
}

/** The computer's own time. */
export const systemClock: ExchangeClock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

/** Time that stands still until it is told to go on. */
export interface VirtualClock extends ExchangeClock {
  /** Lets so many milliseconds pass; timers fire in their order, and what they set off runs in between. */
  advance(ms: number): Promise<void>;
  /** Keeps time from going on while work is done that takes none, for a second of real time at most. */
  hold(work: Promise<unknown>): void;
  /** How many timers wait. */
  readonly pending: number;
}

/** Whether a clock can be told to go on. */
export function isVirtual(clock: ExchangeClock): clock is VirtualClock {
  return "advance" in clock;
}

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

function startOf(start: string | number | Date): number {
  let moment: number;
  try {
    moment = toTimestamp(start);
  } catch (error) {
    throw new RangeError(`virtualClock: ${(error as Error).message}`, { cause: error });
  }
  if (Number.isFinite(moment)) return moment;
  throw new RangeError(`virtualClock: ${String(start)} is no time; pass a text such as "2026-01-05T00:00:00Z"`);
}

/**
 * A clock for tests and simulations: a day passes in no time.
 *
 * @example
 * ```ts
 * const clock = virtualClock("2026-01-05T00:00:00Z");
 * clock.setTimeout(() => console.log("a minute later"), 60_000);
 * await clock.advance(60_000);
 * ```
 */
export function virtualClock(start: string | number | Date = 0): VirtualClock {
  const origin = startOf(start);
  let now = origin;
  const timers = new Set<Timer>();
  const held = new Set<Promise<unknown>>();

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
      held.add(work);
      const release = (): void => void held.delete(work);
      work.then(release, release);
    },
    async advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`advance: time cannot go back (${ms} ms)`);
      const end = now + ms;
      const turns = turnTaker();
      const rest = async (): Promise<void> => {
        await turns.take();
        if (held.size > 0) await overOrGivenUp(held);
      };
      try {
        await rest();
        for (let timer = nextUntil(end); timer !== undefined; timer = nextUntil(end)) {
          timers.delete(timer);
          now = Math.max(now, timer.due);
          timer.callback();
          await rest();
        }
        now = Math.max(now, end);
        await rest();
      } finally {
        turns.close();
      }
    },
    get pending() {
      return timers.size;
    },
  };
}

const MOST_REAL_WAIT = 1000;

/** Until all work is over; what takes longer than a second may wait for the clock itself, and is let go. */
async function overOrGivenUp(work: Set<Promise<unknown>>): Promise<void> {
  let timer: unknown;
  const givenUp = new Promise<void>((resolve) => {
    timer = systemClock.setTimeout(resolve, MOST_REAL_WAIT);
  });
  await Promise.race([Promise.allSettled(work), givenUp]);
  systemClock.clearTimeout(timer);
  work.clear();
}

/** Turns of the real event loop, so that what a timer set off (bodies being read) is over before the next one. */
function turnTaker(): { readonly take: () => Promise<void>; readonly close: () => void } {
  const { turn, close } = typeof MessageChannel === "undefined" ? timeoutTurns() : messageTurns();
  return {
    async take() {
      for (let round = 0; round < ROUNDS; round++) {
        await turn();
        // In Workers a body takes longer than a message: who is through with one has waited for all before it.
        await new Response("turn").text();
      }
    },
    close,
  };
}

// A request's body, its answer's body, and what is done with it.
const ROUNDS = 3;

interface Turns {
  readonly turn: () => Promise<void>;
  readonly close: () => void;
}

function timeoutTurns(): Turns {
  return { turn: () => new Promise((resolve) => setTimeout(resolve, 0)), close: () => {} };
}

/** A zero timeout costs a millisecond a turn, four in browsers; a message costs microseconds. */
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

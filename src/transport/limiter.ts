import type { Effect, Tier } from "../endpoints/index.ts";
import { RateLimitError } from "../errors/index.ts";
import type { Clock } from "./clock.ts";
import type { Deadline } from "./deadline.ts";
import type { ServerTime } from "./serverTime.ts";

const MINUTE = 60_000;
/** Milliseconds: a window is entered this much late, so that no request of the new one is counted in the old. */
const GUARD = 25;
/** How long others wait at most for the answer that tells whether a new window has begun. */
const PROBE = 1000;
/** One turn in so many goes to whoever waits longest, so that a stream of orders cannot starve the reads. */
const OLDEST_FIRST_EVERY = 10;

/** Requests a minute and account (logins: address); the platform never limits market data. */
const LIMITS: Readonly<Record<Tier, number>> = {
  orders: 100,
  backtest: 6000,
  training: 3000,
  general: 600,
  login: 5,
  register: 3,
  market: Infinity,
  none: Infinity,
};

const RANK: Readonly<Record<Effect, 0 | 1 | 2>> = { cancel: 0, order: 1, read: 2, write: 2 };

/** A request that may be sent now. */
export interface Slot {
  /** Says how it ended: the numbers of its `X-RateLimit-*` headers, as far as they came. */
  settle(answer?: LimitHeaders): void;
  /** Nothing was sent after all. */
  giveBack(): void;
  /** The platform refused it: nobody of this tier goes before so many milliseconds have passed. */
  pause(milliseconds: number): void;
}

export interface LimitHeaders {
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  readonly resetSeconds: number | undefined;
}

export interface Limiter {
  /** A slot now, or a promise of one. Throws {@link RateLimitError} when the wait would outlive the deadline. */
  take(tier: Tier, effect: Effect, deadline: Deadline): Slot | Promise<Slot>;
  /** Drops every timer. */
  close(): void;
}

interface Waiter {
  readonly order: number;
  readonly grant: (slot: Slot) => void;
}

/** What the platform does in {@link LIMITS}, done before it: fixed windows of the calendar minute, a counter a tier. */
export function createLimiter(mode: "wait" | "throw", clock: Clock, server: ServerTime): Limiter {
  const lanes = new Map<Tier, Lane>();
  return {
    take(tier, effect, deadline) {
      if (!isLimited(tier)) return UNLIMITED;
      let lane = lanes.get(tier);
      if (lane === undefined) lanes.set(tier, (lane = createLane(LIMITS[tier], mode, clock, server)));
      return lane.take(RANK[effect], deadline);
    },
    close() {
      for (const lane of lanes.values()) lane.close();
    },
  };
}

/** No limit and no bookkeeping. */
export const UNLIMITED: Slot = { settle() {}, giveBack() {}, pause() {} };

/** Whether the platform limits such requests at all. */
export function isLimited(tier: Tier): boolean {
  return LIMITS[tier] < Infinity;
}

/** For `rateLimit: false`. */
export const noLimiter: Limiter = { take: () => UNLIMITED, close() {} };

interface Lane {
  take(rank: 0 | 1 | 2, deadline: Deadline): Slot | Promise<Slot>;
  close(): void;
}

function createLane(initialLimit: number, mode: "wait" | "throw", clock: Clock, server: ServerTime): Lane {
  const waiting: readonly [Set<Waiter>, Set<Waiter>, Set<Waiter>] = [new Set(), new Set(), new Set()];
  let limit = initialLimit;
  let minute = -1;
  let used = 0;
  /** Spent of the window before: it still counts while the platform's clock may not be in this one yet. */
  let carried = 0;
  let inFlight = 0;
  /** Of those in flight, how many were sent in this window. */
  let probing = 0;
  let pausedUntil = -Infinity; // of clock.elapsed()
  let turn = 0;
  let timer: unknown;

  /** Enters the window of the platform's minute; requests still under way may be counted in it. */
  function enter(): void {
    const current = Math.floor(server.now() / MINUTE);
    if (current === minute) return;
    minute = current;
    carried = used;
    used = inFlight;
    probing = 0;
  }

  /** Whether the clocks are known well enough to say that the platform is in this window, too. */
  function isSure(): boolean {
    return server.earliest(clock.elapsed()) >= minute * MINUTE;
  }

  /** Milliseconds until somebody may go: 0 now. */
  function untilFree(): number {
    const paused = pausedUntil - clock.elapsed();
    if (paused > 0) return paused;
    if (used >= limit) return (minute + 1) * MINUTE - server.now() + GUARD;
    return carried + used < limit || probing === 0 || isSure() ? 0 : PROBE;
  }

  function slot(): Slot {
    const sentIn = minute;
    used++;
    inFlight++;
    probing++;
    let open = true;

    function over(): boolean {
      if (!open) return false;
      open = false;
      enter();
      inFlight--;
      if (sentIn === minute) probing--;
      return true;
    }

    return {
      settle(answer) {
        if (!over()) return;
        if (answer !== undefined) learn(answer, sentIn);
        serve();
      },
      giveBack() {
        if (!over()) return;
        if (used > 0) used--;
        serve();
      },
      pause(milliseconds) {
        pausedUntil = Math.max(pausedUntil, clock.elapsed() + Math.min(milliseconds, MINUTE));
        serve();
      },
    };
  }

  function learn(answer: LimitHeaders, sentIn: number): void {
    if (answer.limit !== undefined && answer.limit > 0) limit = answer.limit;
    if (answer.resetSeconds === undefined) return;
    const countedIn = Math.round((answer.resetSeconds * 1000) / MINUTE) - 1;
    // Carried over for safety, but counted in the window before.
    if (countedIn < minute && sentIn < minute && used > 0) used--;
    if (countedIn === minute && answer.remaining !== undefined) used = Math.max(used, limit - answer.remaining);
  }

  /** Lets go whoever may; otherwise sees that it happens later. */
  function serve(): void {
    enter();
    while (waiting.some((queue) => queue.size > 0)) {
      const wait = untilFree();
      if (wait > 0) {
        clock.clearTimeout(timer);
        timer = clock.setTimeout(serve, Math.min(wait, MINUTE));
        return;
      }
      next().grant(slot());
    }
    clock.clearTimeout(timer);
    timer = undefined;
  }

  function next(): Waiter {
    const heads = waiting.flatMap((queue, rank) =>
      queue.size > 0 ? [{ rank, head: queue.values().next().value as Waiter }] : [],
    );
    const oldest = ++turn % OLDEST_FIRST_EVERY === 0;
    const chosen = oldest
      ? heads.reduce((a, b) => (a.head.order < b.head.order ? a : b))
      : (heads[0] as (typeof heads)[number]);
    waiting[chosen.rank as 0 | 1 | 2].delete(chosen.head);
    return chosen.head;
  }

  /** Milliseconds that one more of this rank will wait, at the pace of full windows. */
  function forecast(rank: number): number {
    const ahead = waiting.reduce((sum, queue, index) => (index <= rank ? sum + queue.size : sum), 0);
    const free = untilFree();
    const now = free > 0 ? 0 : limit - used;
    if (ahead < now) return 0;
    const first = free > 0 ? free : (minute + 1) * MINUTE - server.now() + GUARD;
    return first + Math.floor((ahead - now) / limit) * MINUTE;
  }

  let arrivals = 0;
  return {
    take(rank, deadline) {
      enter();
      const wait = forecast(rank);
      if (wait <= 0 && waiting.every((queue) => queue.size === 0)) return slot();
      if ((mode === "throw" && wait > 2 * GUARD) || wait > deadline.remaining())
        throw spent(limit, wait, deadline.attempts);
      const queue = waiting[rank];
      let waiter: Waiter | undefined;
      const turnComes = new Promise<Slot>((grant) => {
        queue.add((waiter = { order: arrivals++, grant }));
      });
      serve();
      return deadline.race(turnComes).catch((reason: unknown) => {
        // It left, or was granted in the same moment: then the slot goes back.
        if (waiter !== undefined && !queue.delete(waiter)) void turnComes.then((granted) => granted.giveBack());
        serve();
        throw reason;
      });
    },
    close() {
      clock.clearTimeout(timer);
      timer = undefined;
      for (const queue of waiting) queue.clear();
    },
  };
}

function spent(limit: number, wait: number, attempts: number): RateLimitError {
  const retryAfter = Math.max(1, Math.ceil(wait / 1000));
  return new RateLimitError(
    `The budget of ${limit} requests a minute is spent for the next ${retryAfter} s; ${attempts === 0 ? "nothing was sent" : "the request was refused"}.`,
    {
      code: "RATE_LIMIT_EXCEEDED",
      retryAfter,
      limit,
      attempts,
      hint: "Wait, or raise the timeout so that the client can wait.",
    },
  );
}

import type { Effect, Tier } from "../endpoints/index.ts";
import { RateLimitError } from "../errors/index.ts";
import { MINUTE } from "../wire/index.ts";
import type { Clock } from "./clock.ts";
import type { Deadline } from "./deadline.ts";
import type { ServerTime } from "./serverTime.ts";
import type { LimitHeaders, Slot } from "./slot.ts";
import { createWaitingLine, type Rank } from "./waitingLine.ts";

/** Milliseconds after a window has begun before it is used, so that none of its requests is counted in the old one. */
const GUARD = 25;
/** Maximum milliseconds to wait for the response that shows whether the platform has entered a new window. */
const PROBE = 1000;

/** Requests per minute and account (for logins: per address). The platform never limits market data. */
export const LIMITS: Readonly<Record<Tier, number>> = {
  orders: 100,
  backtest: 6000,
  training: 3000,
  general: 600,
  login: 5,
  register: 3,
  market: Infinity,
  none: Infinity,
};

/** Position of an effect's queue: cancels before orders before everything else. */
export const RANK: Readonly<Record<Effect, Rank>> = { cancel: 0, order: 1, read: 2, write: 2 };

export interface Limiter {
  /**
   * Returns a slot, or a promise of one.
   *
   * @throws RateLimitError if the wait would exceed the deadline
   */
  take(tier: Tier, rank: Rank, deadline: Deadline): Slot | Promise<Slot>;
  /** Clears all timers. */
  close(): void;
}

/** Limits the requests of several clients together. Create one with {@link sharedLimiter}. */
export interface SharedLimiter {
  /** Whether a call waits for a slot, or is rejected if none is free. */
  readonly mode: "wait" | "throw";
  /**
   * Creates the limiter of one client.
   *
   * @internal
   */
  connect(clock: Clock, serverTime: ServerTime): Limiter;
}

/** Counts requests as the platform does: per tier, in fixed windows of its calendar minute. */
export function createLimiter(mode: "wait" | "throw", clock: Clock, serverTime: ServerTime): Limiter {
  const lanes = new Map<Tier, Lane>();
  return {
    take(tier, rank, deadline) {
      if (!isLimited(tier)) return UNLIMITED;
      let lane = lanes.get(tier);
      if (lane === undefined) lanes.set(tier, (lane = createLane(LIMITS[tier], mode, clock, serverTime)));
      return lane.take(rank, deadline);
    },
    close() {
      for (const lane of lanes.values()) lane.close();
    },
  };
}

/** For tiers without a limit: counts nothing. */
export const UNLIMITED: Slot = { settle() {}, giveBack() {}, pause() {} };

/** Whether the platform limits requests of a tier. */
export function isLimited(tier: Tier): boolean {
  return LIMITS[tier] < Infinity;
}

/** For `rateLimit: false`. */
export const noLimiter: Limiter = { take: () => UNLIMITED, close() {} };

/** The rate limit of one tier. */
interface Lane {
  take(rank: Rank, deadline: Deadline): Slot | Promise<Slot>;
  close(): void;
}

function createLane(initialLimit: number, mode: "wait" | "throw", clock: Clock, serverTime: ServerTime): Lane {
  const line = createWaitingLine();
  const { queues } = line;
  let limit = initialLimit;
  /** The current window: Unix minutes of the platform's clock. */
  let minute = -1;
  /** Requests counted in this window. */
  let used = 0;
  /** Requests of the previous window. They still count while the platform's clock may not have entered this one. */
  let carried = 0;
  let inFlight = 0;
  /** Requests in flight that were sent in this window: their responses show whether the platform has entered it. */
  let probing = 0;
  /** `clock.elapsed()` at which a pause ends. */
  let pausedUntil = -Infinity;
  let timer: unknown;

  /** Enters the platform's current window. Requests still in flight may be counted in it. */
  function enterWindow(): void {
    const current = Math.floor(serverTime.now() / MINUTE);
    if (current === minute) return;
    minute = current;
    carried = used;
    used = inFlight;
    probing = 0;
  }

  /** Whether the platform has certainly entered this window, judging by the known offset of its clock. */
  function isWindowCertain(): boolean {
    return serverTime.earliest(clock.elapsed()) >= minute * MINUTE;
  }

  function untilNextWindow(): number {
    return (minute + 1) * MINUTE - serverTime.now() + GUARD;
  }

  /** Milliseconds until a request can be sent; 0 for now. */
  function untilFree(): number {
    const paused = pausedUntil - clock.elapsed();
    if (paused > 0) return paused;
    if (used >= limit) return untilNextWindow();
    return carried + used < limit || probing === 0 || isWindowCertain() ? 0 : PROBE;
  }

  function createSlot(): Slot {
    const sentIn = minute;
    used++;
    inFlight++;
    probing++;
    let isOpen = true;

    /** Returns false if the slot was closed before. */
    function close(): boolean {
      if (!isOpen) return false;
      isOpen = false;
      enterWindow();
      inFlight--;
      if (sentIn === minute) probing--;
      return true;
    }

    return {
      settle(headers) {
        if (!close()) return;
        if (headers !== undefined) learn(headers, sentIn);
        grantSlots();
      },
      giveBack() {
        if (!close()) return;
        if (used > 0) used--;
        grantSlots();
      },
      pause(milliseconds) {
        pausedUntil = Math.max(pausedUntil, clock.elapsed() + Math.min(milliseconds, MINUTE));
        grantSlots();
      },
    };
  }

  function learn(headers: LimitHeaders, sentIn: number): void {
    if (headers.limit !== undefined && headers.limit > 0) limit = headers.limit;
    if (headers.resetSeconds === undefined) return;
    const countedIn = Math.round((headers.resetSeconds * 1000) / MINUTE) - 1;
    // enterWindow() counted it in this window for safety, but the platform counted it in an earlier one.
    if (countedIn < minute && sentIn < minute && used > 0) used--;
    if (countedIn === minute && headers.remaining !== undefined) used = Math.max(used, limit - headers.remaining);
  }

  /** Grants slots to waiting requests; if none is free, schedules the next attempt. */
  function grantSlots(): void {
    enterWindow();
    if (timer !== undefined) clock.clearTimeout(timer);
    timer = undefined;
    while (queues.some((queue) => queue.size > 0)) {
      const wait = untilFree();
      if (wait > 0) {
        timer = clock.setTimeout(grantSlots, Math.min(wait, MINUTE));
        return;
      }
      line.next()?.grant(createSlot());
    }
  }

  /** Milliseconds that another request of this rank will wait, if all windows are filled. */
  function forecast(rank: Rank): number {
    const ahead = queues.reduce((sum, queue, index) => (index <= rank ? sum + queue.size : sum), 0);
    const wait = untilFree();
    const freeNow = wait > 0 ? 0 : limit - used;
    if (ahead < freeNow) return 0;
    const first = wait > 0 ? wait : untilNextWindow();
    return first + Math.floor((ahead - freeNow) / limit) * MINUTE;
  }

  return {
    take(rank, deadline) {
      enterWindow();
      const wait = forecast(rank);
      if (wait <= 0 && queues.every((queue) => queue.size === 0)) return createSlot();
      if ((mode === "throw" && wait > 2 * GUARD) || wait > deadline.remaining())
        throw limitReached(limit, wait, deadline.attempts);
      return line.wait(rank, deadline, grantSlots);
    },
    close() {
      clock.clearTimeout(timer);
      timer = undefined;
      line.clear();
    },
  };
}

/** The error of a request whose wait for a slot, in milliseconds, is too long. */
export function limitReached(limit: number, wait: number, attempts: number): RateLimitError {
  const retryAfter = Math.max(1, Math.ceil(wait / 1000));
  const whatHappened = attempts === 0 ? "The request was not sent." : "The platform rejected the request.";
  return new RateLimitError(
    `Rate limit of ${limit} requests per minute reached; retry in ${retryAfter} s. ${whatHappened}`,
    {
      code: "RATE_LIMIT_EXCEEDED",
      retryAfter,
      limit,
      attempts,
      hint: "Raise the timeout if the client should wait for the next window.",
    },
  );
}

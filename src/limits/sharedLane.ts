import { ConnectionError } from "../errors/index.ts";
import {
  createWaitingLine,
  limitReached,
  type Clock,
  type Deadline,
  type LimitHeaders,
  type Rank,
  type Slot,
  type WaitingLine,
} from "../transport/index.ts";
import { MINUTE } from "../wire/index.ts";
import { MAX_SLOTS, type LeaseReply, type SharedTier, type WindowSeen } from "./budget.ts";
import { BRIEF, PERSISTENT, type Ask, type BudgetLink } from "./budgetLink.ts";
import { HeldLease, type LeaseEvents } from "./heldLease.ts";

/** Slots are leased for as many calls as are expected in so many milliseconds. */
const HORIZON = 10_000;
/** How much larger than the last lease the next one may be. */
const GROWTH = 5;
/** Waits of up to so many milliseconds are no reason to reject a call with mode `throw`. */
const SHORT_WAIT = 50;

/**
 * Milliseconds after which a request to the budget is given up that neither succeeded nor failed: a Worker may end the
 * event in which it was sent, with all its timers.
 */
const BUSY = 20_000;

const RANKS: readonly Rank[] = [0, 1, 2];

/** What a lane knows of the requests for one rank. */
interface Asking {
  /** `clock.elapsed()` until which a request to the budget may still be answered. */
  busyUntil: number;
  /** `clock.elapsed()` before which the budget has nothing for it. */
  notBefore: number;
  /** `clock.elapsed()` since when a call waits that got nothing. */
  since: number;
}

export interface SharedLaneOptions {
  readonly tier: SharedTier;
  readonly mode: "wait" | "throw";
  readonly clock: Clock;
  readonly link: BudgetLink;
  /** A slot of the client's own count, for cancels if the budget cannot be reached. */
  readonly ownSlot: (deadline: Deadline) => Slot | Promise<Slot>;
}

/** The calls of one client in one tier, and the slots that it has leased for them. */
export class SharedLane {
  readonly #options: SharedLaneOptions;
  readonly #line: WaitingLine = createWaitingLine();
  readonly #asking: readonly [Asking, Asking, Asking] = [newAsking(), newAsking(), newAsking()];
  #leases: readonly HeldLease[] = [];
  /** The newest lease that is not for cancels: its use shows how many slots the next one needs. */
  #newest: { readonly lease: HeldLease; readonly slots: number; readonly at: number } | undefined;
  #limit: number;
  #seen: WindowSeen | undefined;
  #pausedUntil = -Infinity;
  /** Milliseconds of a pause that the budget does not know yet. */
  #pause: number | undefined;
  #isClosed = false;
  #timer: unknown;
  #leaseTimer: unknown;
  readonly #events: LeaseEvents = {
    ended: (headers) => this.#ended(headers),
    paused: (milliseconds) => this.#paused(milliseconds),
  };

  constructor(options: SharedLaneOptions, limit: number) {
    this.#options = options;
    this.#limit = limit;
  }

  /** @throws RateLimitError if the wait would exceed the deadline, ConnectionError if the budget does not answer */
  take(rank: Rank, deadline: Deadline): Slot | Promise<Slot> {
    const now = this.#options.clock.elapsed();
    const lease = now < this.#pausedUntil ? undefined : this.#usable(rank, now);
    if (lease !== undefined && this.#isFirst(rank)) return lease.take(this.#options.clock, this.#events);
    const asking = this.#asking[rank];
    const wait = Math.max(asking.notBefore, this.#pausedUntil) - now;
    if (this.#isTooLong(wait, deadline)) throw limitReached(this.#limit, wait, deadline.attempts);
    if (this.#line.queues[rank].size === 0) asking.since = now;
    return this.#line.wait(rank, deadline, () => this.#serve());
  }

  /** Gives everything back, and clears all timers. */
  close(): void {
    this.#isClosed = true;
    this.#options.clock.clearTimeout(this.#timer);
    this.#options.clock.clearTimeout(this.#leaseTimer);
    this.#line.clear();
    for (const lease of this.#leases) lease.giveUp();
    this.#report();
  }

  #usable(rank: Rank, now: number): HeldLease | undefined {
    const usable = this.#leases.filter((lease) => lease.left(now) > 0 && (rank === 0 || !lease.isForCancels));
    return usable.find((lease) => !lease.isForCancels) ?? usable[0];
  }

  /** Whether nobody waits who would be served before a call of this rank. */
  #isFirst(rank: Rank): boolean {
    return RANKS.every((other) => other > rank || this.#line.queues[other].size === 0);
  }

  #isTooLong(wait: number, deadline: Deadline): boolean {
    return (this.#options.mode === "throw" && wait > SHORT_WAIT) || wait > deadline.remaining();
  }

  /** Grants leased slots to waiting calls, and asks for more if they do not suffice. */
  #serve(): void {
    if (this.#isClosed) return;
    const { clock } = this.#options;
    const now = clock.elapsed();
    clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    if (now >= this.#pausedUntil) this.#grant(now);
    let next = Infinity;
    for (const rank of RANKS) {
      const { busyUntil, notBefore } = this.#asking[rank];
      if (busyUntil > now || this.#line.queues[rank].size === 0) continue;
      const from = Math.max(notBefore, this.#pausedUntil);
      if (from > now) next = Math.min(next, from);
      else void this.#ask(rank, now);
    }
    if (next < Infinity) this.#timer = clock.setTimeout(() => this.#serve(), within(next - now));
    this.#watchLeases(now);
  }

  #grant(now: number): void {
    for (const isForCancels of [false, true])
      for (const lease of this.#leases)
        while (lease.isForCancels === isForCancels && lease.left(now) > 0) {
          const waiter = this.#line.next(isForCancels ? 0 : 2);
          if (waiter === undefined) break;
          waiter.grant(lease.take(this.#options.clock, this.#events));
        }
  }

  async #ask(rank: Rank, now: number): Promise<void> {
    const { mode, link } = this.#options;
    const asking = this.#asking[rank];
    const waiters = [...this.#line.queues[rank]].slice(0, MAX_SLOTS);
    const needed = waiters.length;
    asking.busyUntil = now + BUSY;
    const ask = {
      ...this.#ownReport(now),
      rank,
      needed,
      slots: rank === 0 ? needed : Math.max(needed, this.#expected(asking.since)),
      waited: Math.min(Math.max(0, now - asking.since), 60 * MINUTE),
      patience: mode === "throw" ? SHORT_WAIT : Math.max(0, ...waiters.map(({ deadline }) => deadline.remaining())),
    };
    try {
      const [reply, askedAt] = await link.ask(ask, rank === 0 ? BRIEF : PERSISTENT);
      asking.busyUntil = -Infinity;
      this.#take(reply, rank, askedAt);
    } catch (cause) {
      asking.busyUntil = -Infinity;
      if (rank === 0) this.#cancelAnyway();
      else this.#reject(rank, cause);
    }
    this.#serve();
  }

  #take(reply: LeaseReply, rank: Rank, askedAt: number): void {
    const now = this.#options.clock.elapsed();
    const asking = this.#asking[rank];
    const { slots, wait } = reply;
    this.#limit = reply.limit;
    if (slots > 0) {
      const lease = new HeldLease(reply, rank === 0, askedAt, now);
      this.#leases = [...this.#leases, lease];
      if (rank > 0) this.#newest = { lease, slots, at: now };
      asking.since = now;
      this.#grant(now);
    }
    if (this.#isClosed) {
      for (const lease of this.#leases) lease.giveUp();
      this.#report();
      return;
    }
    for (const waiter of this.#line.queues[rank])
      if (this.#isTooLong(wait, waiter.deadline)) {
        this.#line.remove(waiter);
        waiter.reject(limitReached(this.#limit, wait, waiter.deadline.attempts));
      }
    // Whoever does not wait has no place: for the next call, the next window is worth a try.
    asking.notBefore = now + (this.#line.queues[rank].size > 0 ? wait : wait % MINUTE);
  }

  /** Number of slots that will be used soon, judging by the last lease and when the next call came, at `since`. */
  #expected(since: number): number {
    if (this.#newest === undefined) return 1;
    const { lease, slots, at } = this.#newest;
    const expected = Math.ceil((lease.taken * HORIZON) / Math.max(1, since - at));
    return Math.max(1, Math.min(MAX_SLOTS, slots * GROWTH, expected));
  }

  /** The budget cannot be reached. A cancel is sent all the same: at worst the platform rejects it, and it is repeated. */
  #cancelAnyway(): void {
    for (const waiter of this.#line.queues[0]) {
      this.#line.remove(waiter);
      try {
        const slot = this.#options.ownSlot(waiter.deadline);
        if (slot instanceof Promise) slot.then(waiter.grant, waiter.reject);
        else waiter.grant(slot);
      } catch (error) {
        waiter.reject(error);
      }
    }
  }

  #reject(rank: Rank, cause: unknown): void {
    for (const waiter of this.#line.queues[rank]) {
      this.#line.remove(waiter);
      waiter.reject(
        new ConnectionError("The shared rate limit could not be reached. The request was not sent.", {
          code: "CONNECTION_FAILED",
          retryable: true,
          attempts: waiter.deadline.attempts,
          cause,
          hint: "Check the budget that was passed to sharedLimiter(), and try again.",
        }),
      );
    }
  }

  #ended(headers: LimitHeaders | undefined): void {
    const { limit, remaining, resetSeconds } = headers ?? {};
    if (limit !== undefined && limit > 0 && remaining !== undefined && resetSeconds !== undefined) {
      const minute = Math.round((resetSeconds * 1000) / MINUTE) - 1;
      const isNewer = this.#seen === undefined || minute > this.#seen.minute;
      if (isNewer || (minute === this.#seen?.minute && remaining < this.#seen.remaining))
        this.#seen = { minute, limit, remaining: Math.min(remaining, limit) };
    }
    this.#serve();
  }

  /** The platform rejected a request, so it would reject the others as well. */
  #paused(milliseconds: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#options.clock.elapsed() + milliseconds);
    this.#pause = Math.max(this.#pause ?? 0, milliseconds);
    for (const lease of this.#leases) lease.giveUp();
    this.#report();
    this.#serve();
  }

  /** Gives back slots that have not been used for a while, and reports what the budget should know soon. */
  #watchLeases(now: number): void {
    if (this.#leaseTimer !== undefined) return;
    const due = Math.min(...this.#leases.map(({ dueAt }) => dueAt));
    if (due === Infinity) return;
    this.#leaseTimer = this.#options.clock.setTimeout(
      () => {
        this.#leaseTimer = undefined;
        const later = this.#options.clock.elapsed();
        const over = this.#leases.filter(({ dueAt }) => dueAt <= later);
        for (const lease of over) lease.giveUp();
        if (over.length > 0) this.#report();
        this.#watchLeases(later);
      },
      within(due - now),
    );
  }

  /** Reports without asking for slots. A report that is lost costs slots of the current window only. */
  #report(): void {
    const ask = { ...this.#ownReport(this.#options.clock.elapsed()), rank: 2, needed: 0, slots: 0 } as const;
    if (ask.reports.length === 0 && ask.paused === undefined) return;
    this.#options.link.ask({ ...ask, waited: 0, patience: 0 }, { ...PERSISTENT, attempts: 1 }).catch(() => {});
  }

  #ownReport(now: number): Pick<Ask, "tier" | "reports" | "seen" | "paused"> {
    const reports = this.#leases.flatMap((lease) => lease.report(now) ?? []);
    this.#leases = this.#leases.filter((lease) => !lease.isOver(now));
    const paused = this.#pause;
    this.#pause = undefined;
    return { tier: this.#options.tier, reports, seen: this.#seen, paused };
  }
}

/** The time of a timer: at least a millisecond, since the clock may round. */
function within(milliseconds: number): number {
  return Math.min(Math.max(1, milliseconds), MINUTE);
}

function newAsking(): Asking {
  return { busyUntil: -Infinity, notBefore: -Infinity, since: 0 };
}

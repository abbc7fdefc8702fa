import { INITIAL_ERROR, narrowBounds, type ClockBounds } from "../transport/index.ts";
import { MINUTE } from "../wire/index.ts";
import type { LeaseReply, LeaseRequest, SharedTier } from "./budget.ts";
import { TierBook, type TierState } from "./tierBook.ts";
import { spanAt, untilNextTry, untilTry } from "./windows.ts";

/** Slots of each window that only cancels and reconciling get. */
const RESERVE = 10;

/** Assumed as long as no client has reported a response. */
const UNKNOWN: ClockBounds = { min: -INITIAL_ERROR, max: INITIAL_ERROR };

/** Milliseconds by which clocks may drift apart unnoticed. */
const DRIFT = 25;

/** Milliseconds between two requests that are sent to see whether a window has begun. */
const TRY_EVERY = 400;

/** What a ledger keeps when it is not in memory: plain data. */
export interface LedgerState {
  /** Milliseconds by which the platform's clock is ahead of the budget's; null if no client has reported it. */
  readonly ahead: ClockBounds | null;
  readonly tiers: Readonly<Partial<Record<SharedTier, TierState>>>;
}

export interface LedgerOptions {
  /** The budget's clock in milliseconds. */
  readonly now: () => number;
  /** What an earlier ledger saved. */
  readonly state?: LedgerState | undefined;
  /** Called before slots are given out, and for reports on their own: at most once per request. */
  readonly save?: ((state: LedgerState) => void) | undefined;
}

/**
 * The account of one platform account's requests: grants slots to clients, and learns from their reports how far the
 * platform's clock is ahead, and what others use. It has no timers: clients that must wait are told for how long.
 */
export class Ledger {
  readonly #now: () => number;
  readonly #save: LedgerOptions["save"];
  readonly #books = new Map<SharedTier, TierBook>();
  #known: ClockBounds | undefined;
  /** Distinguishes the leases of this ledger from those of earlier ones. */
  readonly #epoch: string;
  #leases = 0;
  #triedAt = -Infinity;

  constructor({ now, state, save }: LedgerOptions) {
    this.#now = now;
    this.#save = save;
    this.#epoch = now().toString(36);
    this.#known = state?.ahead ?? undefined;
    for (const tier in state?.tiers) {
      const known = tier as SharedTier;
      this.#books.set(known, new TierBook(known, state?.tiers[known]));
    }
  }

  lease(request: LeaseRequest): LeaseReply {
    const { holder, rank, needed, slots, waited, patience } = request;
    const now = this.#now();
    const book = this.#learn(request, now);
    const { queue, limit } = book;
    const reply = { lease: "", slots: 0, expiresIn: 0, wait: 0, limit, reportSoon: false, now };
    if (slots === 0) {
      if (request.paused !== undefined || request.reports.length > 0) this.#save?.(this.state());
      return reply;
    }
    queue.dropLate(now);
    const span = spanAt(now, this.#ahead);
    const place = queue.place(holder, rank, now - waited);
    const reserve = rank === 0 ? 0 : Math.min(RESERVE, Math.floor(limit / 10));
    const isClosed = now < book.closedUntil;
    const free = isClosed ? 0 : book.free(span, this.#ahead) - reserve;
    const ahead = queue.ahead(place, now);
    queue.leave(place);
    // More than what is needed now is for clients that are alone.
    const most = rank > 0 && queue.size === 0 ? slots : needed;
    let granted = 0;
    while (granted < most && ahead(granted) + granted < free) granted++;
    // One request shows whether a new window has begun. If it has not, there must be room in the old one as well.
    if (granted === 0 && !isClosed && this.#mayTry(now) && book.free(span, this.#ahead) > 0) {
      granted = 1;
      this.#triedAt = now;
    }
    const id = `${this.#epoch}.${this.#leases++}`;
    if (granted > 0) book.grant(id, holder, granted, now, span);
    const left = Math.max(0, free - granted);
    // What is left is for clients that come now, so they are not before this one in the next window.
    const before = Math.max(0, queue.ahead(place)(granted) - Math.min(left, ahead(granted)));
    const wait = ahead(granted) < left ? 0 : this.#wait(book, now, before, limit - reserve);
    if (granted < needed && wait <= patience) queue.keep(place, needed - granted, now + wait);
    if (granted > 0 || request.paused !== undefined) this.#save?.(this.state());
    return {
      ...reply,
      lease: id,
      slots: granted,
      expiresIn: span.until - now,
      wait,
      reportSoon: span.first < span.last,
    };
  }

  state(): LedgerState {
    const tiers = [...this.#books].map(([tier, book]) => [tier, book.state(this.#ahead)] as const);
    return { ahead: this.#known ?? null, tiers: Object.fromEntries(tiers) };
  }

  /** Milliseconds by which the platform's clock is ahead of this one. */
  get #ahead(): ClockBounds {
    const { min, max } = this.#known ?? UNKNOWN;
    return { min: min - DRIFT, max: max + DRIFT };
  }

  #learn({ holder, tier, reports, seen, ahead, paused }: LeaseRequest, now: number): TierBook {
    if (ahead !== undefined) this.#known = narrowBounds(this.#known, { min: ahead[0], max: ahead[1] });
    let book = this.#books.get(tier);
    if (book === undefined) this.#books.set(tier, (book = new TierBook(tier)));
    const latest = Math.floor((now + this.#ahead.max) / MINUTE);
    for (const report of reports) book.report(holder, report, latest);
    if (seen !== undefined) book.see(seen, latest);
    if (paused !== undefined) book.closedUntil = Math.max(book.closedUntil, now + paused);
    book.prune(now, this.#ahead);
    return book;
  }

  #mayTry(now: number): boolean {
    return untilTry(now, this.#ahead) === 0 && now - this.#triedAt >= TRY_EVERY;
  }

  /** Milliseconds until a client gets slots that has so many before it. */
  #wait(book: TierBook, now: number, before: number, capacity: number): number {
    const next = Math.max(untilNextTry(now, this.#ahead), book.closedUntil - now);
    return next + Math.floor(before / Math.max(1, capacity)) * MINUTE;
  }
}

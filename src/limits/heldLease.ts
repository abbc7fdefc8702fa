import type { Clock, LimitHeaders, Slot } from "../transport/index.ts";
import { MINUTE } from "../wire/index.ts";
import type { LeaseReply, LeaseReport } from "./budget.ts";

/** Milliseconds after which slots that are not used are given back. */
const IDLE = 5000;
/** Milliseconds after which a lease is reported that must be reported soon, unless the client asks for more before. */
const SOON = 250;

/** What the owner of a lease is told about its slots. */
export interface LeaseEvents {
  /** A request has ended, with the headers of its response. */
  ended(headers: LimitHeaders | undefined): void;
  /** The platform rejected a request. */
  paused(milliseconds: number): void;
}

/** Slots that a client got from the budget. */
export class HeldLease {
  /** Whether only cancels may use it: it is from what the budget keeps for them. */
  readonly isForCancels: boolean;
  readonly #reportSoon: boolean;
  /** `clock.elapsed()` when a slot was last taken or a request has ended, or else when the lease began. */
  #usedAt: number;
  /** Slots taken so far. */
  taken = 0;
  readonly #id: string;
  /** `clock.elapsed()` after which no slot can be used. */
  readonly #until: number;
  #left: number;
  #inFlight = 0;
  readonly #counted = new Map<number, number>();
  #unused = 0;

  /** @param askedAt `clock.elapsed()` when the client asked: the lease cannot have begun earlier */
  constructor(reply: LeaseReply, isForCancels: boolean, askedAt: number, now: number) {
    this.isForCancels = isForCancels;
    this.#reportSoon = reply.reportSoon;
    this.#usedAt = now;
    this.#id = reply.lease;
    this.#until = askedAt + reply.expiresIn;
    this.#left = reply.slots;
  }

  left(now: number): number {
    return now < this.#until ? this.#left : 0;
  }

  /** Whether nothing more will happen to it, except that it is reported. */
  isOver(now: number): boolean {
    return this.#inFlight === 0 && this.left(now) === 0;
  }

  /** `clock.elapsed()` when what is left should be given up and reported, if nothing happens until then. */
  get dueAt(): number {
    if (this.#left > 0) return this.#reportSoon ? this.#until : this.#usedAt + IDLE;
    return this.#reportSoon && this.#inFlight === 0 ? this.#usedAt + SOON : Infinity;
  }

  take(clock: Clock, events: LeaseEvents): Slot {
    this.#left--;
    this.#inFlight++;
    this.taken++;
    this.#usedAt = clock.elapsed();
    let isOpen = true;
    const close = (): boolean => {
      if (!isOpen) return false;
      isOpen = false;
      this.#inFlight--;
      this.#usedAt = clock.elapsed();
      return true;
    };
    return {
      settle: (headers) => {
        if (!close()) return;
        if (headers?.resetSeconds !== undefined) {
          const minute = Math.round((headers.resetSeconds * 1000) / MINUTE) - 1;
          this.#counted.set(minute, (this.#counted.get(minute) ?? 0) + 1);
        }
        events.ended(headers);
      },
      giveBack: () => {
        if (!close()) return;
        this.#left++;
        events.ended(undefined);
      },
      pause: (milliseconds) => events.paused(Math.min(milliseconds, MINUTE)),
    };
  }

  /** Gives up what is left. */
  giveUp(): void {
    this.#unused += this.#left;
    this.#left = 0;
  }

  /** What happened since the last report; undefined if nothing did. */
  report(now: number): LeaseReport | undefined {
    if (now >= this.#until) this.giveUp();
    if (this.#counted.size === 0 && this.#unused === 0) return undefined;
    const report = { lease: this.#id, counted: [...this.#counted], unused: this.#unused };
    this.#counted.clear();
    this.#unused = 0;
    return report;
  }
}

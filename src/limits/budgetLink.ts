import { INITIAL_ERROR, narrowBounds, type Clock, type ClockBounds, type ServerTime } from "../transport/index.ts";
import type { Budget, LeaseReply, LeaseRequest } from "./budget.ts";

/** Milliseconds to wait for the budget's answer, per attempt. */
const TIMEOUT = 5000;
/** Milliseconds before the second attempt, doubled for the third. */
const DELAY = 250;

/** What a lane asks for. */
export type Ask = Omit<LeaseRequest, "holder" | "ahead">;

/** How often and how long to ask. */
export interface Persistence {
  readonly attempts: number;
  readonly timeout: number;
}

export const PERSISTENT: Persistence = { attempts: 3, timeout: TIMEOUT };
/** A cancel that gets no answer is sent without one, so it does not wait long. */
export const BRIEF: Persistence = { attempts: 2, timeout: 1000 };

/** A client's connection to its budget. It learns how the budget's clock differs from the client's. */
export class BudgetLink {
  readonly #budget: () => Budget;
  readonly #holder: string;
  readonly #clock: Clock;
  readonly #serverTime: ServerTime;
  /** The budget's clock ahead of `clock.elapsed()`. */
  #budgetClock: ClockBounds | undefined;

  constructor(budget: () => Budget, holder: string, clock: Clock, serverTime: ServerTime) {
    this.#budget = budget;
    this.#holder = holder;
    this.#clock = clock;
    this.#serverTime = serverTime;
  }

  /**
   * Asks the budget, several times if it does not answer. Rejects with the last failure.
   *
   * @returns the reply, and `clock.elapsed()` when it was asked for
   */
  async ask(ask: Ask, { attempts, timeout }: Persistence): Promise<readonly [LeaseReply, askedAt: number]> {
    for (let attempt = 1; ; attempt++) {
      const askedAt = this.#clock.elapsed();
      // A report that arrived twice would free slots that are still in use.
      const reports = attempt === 1 ? ask.reports : [];
      const request = { ...ask, reports, holder: this.#holder, ahead: this.#ahead() };
      try {
        const reply = await this.#within(timeout, this.#budget().lease(request));
        const receivedAt = this.#clock.elapsed();
        this.#budgetClock = narrowBounds(this.#budgetClock, { min: reply.now - receivedAt, max: reply.now - askedAt });
        return [reply, askedAt];
      } catch (error) {
        if (attempt >= attempts) throw error;
        await new Promise<void>((resolve) => void this.#clock.setTimeout(resolve, DELAY * 2 ** (attempt - 1)));
      }
    }
  }

  /** How far the platform's clock is ahead of the budget's; undefined as long as no response has shown it. */
  #ahead(): LeaseRequest["ahead"] {
    if (this.#budgetClock === undefined) return undefined;
    const min = this.#serverTime.earliest(0) - this.#budgetClock.max;
    const max = this.#serverTime.latest(0) - this.#budgetClock.min;
    return max - min < 2 * INITIAL_ERROR ? [min, max] : undefined;
  }

  async #within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
    let timer: unknown;
    const timeout = new Promise<never>((_, reject) => {
      timer = this.#clock.setTimeout(() => reject(new Error("The budget did not answer.")), milliseconds);
    });
    try {
      return await Promise.race([work, timeout]);
    } finally {
      this.#clock.clearTimeout(timer);
    }
  }
}

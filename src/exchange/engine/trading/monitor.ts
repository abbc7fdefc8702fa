import type { Quote } from "../../market/market.ts";
import { DecimalRangeError } from "../../base/amount.ts";
import { expireOrders } from "./cancel.ts";
import { fillPending } from "./fillPending.ts";
import type { Order } from "../model.ts";
import { agentById } from "../scope.ts";
import { collectTriggered, triggersOf } from "./book.ts";
import type { PendingOrder } from "./books.ts";
import type { ExchangeState } from "../state.ts";
import { DAY, HOUR, SECOND } from "../../time/units.ts";

/** The scheduled jobs: a sweep over pending orders every second, expiry at 01:00 UTC. */
export interface Monitor {
  /** Runs one sweep now. Returns the number of orders filled. */
  sweep(): number;
  /** Runs the jobs that were due up to `now`, in order, skipping seconds in which no order can trigger. */
  catchUp(now: number): void;
  /**
   * When the first job is due that can change an order, at most `until`; undefined if no order is pending. For markets
   * that know their future.
   */
  nextDue(until: number): number | undefined;
  /** Stops work that is scheduled. */
  close(): void;
  /** While true, sweeps also run on a market whose prices change only when they are set. */
  sweepsStillMarket: boolean;
}

/** Long work. Does at most `maxSteps` steps of what is due by `now`, and returns whether more remains. */
export type Job = (now: number, maxSteps: number) => boolean;

const EXPIRY_TIME = HOUR;
/** Steps of each job in one go, however much time has passed, so that no request waits longer than for these. */
const MAX_STEPS = 500;
/** How often jobs continue by themselves after a request. */
const MAX_SLICES = 80;

export function createMonitor(state: ExchangeState, jobs: readonly Job[] = []): Monitor {
  // Sweeps run every full second after the opening.
  const { books, counters } = state;

  /** A sweep that was requested. It does not follow from the time, so the journal records it. */
  function sweep(): number {
    return state.journal.runCommand(fillTriggered, (fills) =>
      fills === 0 ? undefined : { kind: "sweep", time: state.now },
    );
  }

  function fillTriggered(): number {
    const triggered: { readonly order: Order; readonly quote: Quote }[] = [];
    const found: PendingOrder[] = [];
    for (const [symbol, book] of books.pairs) {
      const quote = state.market.quote(symbol, state.now);
      if (quote === undefined) continue;
      found.length = 0;
      collectTriggered(book, quote, found);
      for (const { agentId, sequence } of found) {
        const order = agentById(state, agentId).history.orders.get(sequence);
        if (order !== undefined) triggered.push({ order, quote });
      }
    }
    triggered.sort((a, b) => a.order.sequence - b.order.sequence);
    let fills = 0;
    for (const { order, quote } of triggered) if (tryFill(order, quote)) fills++;
    return fills;
  }

  /** Fills an order. A number that is too large must not stop the other orders. */
  function tryFill(order: Order, quote: Quote): boolean {
    try {
      return fillPending(state, order, quote.price);
    } catch (error) {
      if (error instanceof DecimalRangeError) return false;
      throw error;
    }
  }

  /** The time of the first sweep after `done` that finds a triggered order. */
  function nextSweep(until: number): number | undefined {
    const first = counters.done + SECOND - ((counters.done - state.openedAt) % SECOND);
    const last = until - ((((until - state.openedAt) % SECOND) + SECOND) % SECOND);
    let next: number | undefined;
    for (const [symbol, book] of books.pairs) {
      const time = state.market.nextCrossing(symbol, triggersOf(book), first, next ?? last);
      if (time !== undefined) next = time;
    }
    return next;
  }

  function nextExpiry(): number {
    return Math.floor((counters.expired - EXPIRY_TIME) / DAY) * DAY + DAY + EXPIRY_TIME;
  }

  /** Returns whether a job has not done all that is due by now. */
  function runJobs(now: number): boolean {
    const maxSteps = monitor.sweepsStillMarket ? Number.POSITIVE_INFINITY : MAX_STEPS;
    return jobs.map((job) => job(now, maxSteps)).includes(true);
  }

  let timer: unknown;
  let slices = 0;
  let dueBy = 0;
  let isClosed = false;

  /** Continues what is due by `now` once other requests have had their turn. Later work waits for the next request. */
  function continueSoon(now: number): void {
    dueBy = now;
    timer ??= state.clock.setTimeout(() => {
      timer = undefined;
      slices--;
      try {
        if (runJobs(dueBy) && slices > 0) continueSoon(dueBy);
      } catch {
        // The next request meets the same error, and reports it.
      }
    }, 1);
  }

  const monitor: Monitor = {
    sweepsStillMarket: false,
    sweep,
    catchUp(now) {
      const sweeping = state.market.moves || monitor.sweepsStillMarket;
      let stuck = false;
      while (counters.done < now && books.byAge.size > 0) {
        const expiry = nextExpiry();
        const horizon = Math.min(expiry, now);
        const due = sweeping && !stuck ? nextSweep(horizon) : undefined;
        if (due !== undefined) {
          state.now = due;
          // While the price stands still, an order that could not be filled now cannot be filled a second later.
          const fills = state.market.moves ? fillTriggered() : sweep();
          stuck = fills === 0 && !state.market.moves;
          counters.done = due;
          continue;
        }
        counters.done = horizon;
        if (expiry > now) break;
        state.now = counters.expired = expiry;
        expireOrders(state);
      }
      counters.done = Math.max(counters.done, now);
      counters.expired = Math.max(counters.expired, now);
      state.now = now;
      if (!runJobs(now) || monitor.sweepsStillMarket || state.replaying || isClosed) return;
      slices = MAX_SLICES;
      continueSoon(now);
    },
    nextDue(until) {
      if (books.byAge.size === 0) return undefined;
      const horizon = Math.min(nextExpiry(), until);
      return nextSweep(horizon) ?? horizon;
    },
    close() {
      isClosed = true;
      state.clock.clearTimeout(timer);
    },
  };
  return monitor;
}

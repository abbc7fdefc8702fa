import type { Deadline } from "./deadline.ts";
import type { Slot } from "./slot.ts";

/** Every Nth slot goes to the longest-waiting request, so that a stream of orders cannot starve reads. */
export const OLDEST_FIRST_EVERY = 10;

/** The queue of a request: 0 for cancels and reconciling, 1 for orders, 2 for everything else. */
export type Rank = 0 | 1 | 2;

/** A request that waits for a slot. */
export interface Waiter {
  /** Lower for a request that arrived earlier. */
  readonly arrival: number;
  readonly deadline: Deadline;
  readonly grant: (slot: Slot) => void;
  readonly reject: (reason: unknown) => void;
}

/** The requests that wait for slots of one tier: one queue per rank. */
export interface WaitingLine {
  /** The requests of each rank, first come first. */
  readonly queues: readonly [ReadonlySet<Waiter>, ReadonlySet<Waiter>, ReadonlySet<Waiter>];
  /**
   * Waits for a slot.
   *
   * @param serve grants what is free; called when a request has come or gone
   */
  wait(rank: Rank, deadline: Deadline, serve: () => void): Promise<Slot>;
  /** Removes the next request: mostly the first of the lowest rank, sometimes the longest-waiting one. */
  next(maxRank?: Rank): Waiter | undefined;
  /** Removes a request that gets no slot. */
  remove(waiter: Waiter): void;
  /** Removes all requests. */
  clear(): void;
}

export function createWaitingLine(): WaitingLine {
  const queues: readonly [Set<Waiter>, Set<Waiter>, Set<Waiter>] = [new Set(), new Set(), new Set()];
  let arrivals = 0;
  let grants = 0;

  function remove(waiter: Waiter): void {
    for (const queue of queues) queue.delete(waiter);
  }

  return {
    queues,
    wait(rank, deadline, serve) {
      const queue = queues[rank];
      let waiter: Waiter | undefined;
      const granted = new Promise<Slot>((grant, reject) => {
        queue.add((waiter = { arrival: arrivals++, deadline, grant, reject }));
      });
      serve();
      return deadline.race(granted).catch((reason: unknown) => {
        // The call ended while it waited. If a slot was granted at the same time, it is given back.
        if (waiter !== undefined && !queue.delete(waiter))
          granted.then(
            (slot) => slot.giveBack(),
            () => {},
          );
        serve();
        throw reason;
      });
    },
    next(maxRank = 2) {
      const heads: Waiter[] = [];
      for (const [head] of queues.slice(0, maxRank + 1)) if (head !== undefined) heads.push(head);
      const byArrival = ++grants % OLDEST_FIRST_EVERY === 0;
      const next = byArrival ? heads.toSorted((a, b) => a.arrival - b.arrival)[0] : heads[0];
      if (next !== undefined) remove(next);
      return next;
    },
    remove,
    clear() {
      for (const queue of queues) queue.clear();
    },
  };
}

import type { Quote } from "../market/market.ts";
import { AmountError } from "../base/amount.ts";
import { expireOrders } from "./cancel.ts";
import { fillPending } from "./fillPending.ts";
import type { Order } from "./model.ts";
import type { World } from "./world.ts";

/** The jobs that run by the clock: a sweep over pending orders every second, expiry at 01:00 UTC. */
export interface Monitor {
  /** Runs one sweep now; gives back how many orders it filled. */
  sweep(): number;
  /** Does what was due up to now, in its order, passing over seconds in which nothing can happen. */
  catchUp(now: number): void;
  /** While true, sweeps take place on a market that does not move by itself, too. */
  driven: boolean;
}

const SECOND = 1000;
const DAY = 86_400_000;
const EXPIRY_TIME = 3_600_000;
/** Candles that one request works on at most, whatever time has passed. */
const BRIEFLY = 1000;

export function createMonitor(world: World): Monitor {
  // Everything due up to and including this moment is done; sweeps come at whole seconds after the opening.
  let done = world.openedAt;
  let expired = world.openedAt;

  /** A sweep that the time alone does not tell of: the journal does. */
  function sweep(): number {
    return world.journal.during(fillTriggered, (fills) =>
      fills === 0 ? undefined : { kind: "sweep", time: world.now },
    );
  }

  function fillTriggered(): number {
    const triggered: { readonly order: Order; readonly quote: Quote }[] = [];
    const found: Order[] = [];
    for (const symbol of world.pending.symbols()) {
      const quote = world.market.quote(symbol, world.now);
      if (quote === undefined) continue;
      found.length = 0;
      world.pending.collect(symbol, quote, found);
      for (const order of found) triggered.push({ order, quote });
    }
    triggered.sort((a, b) => a.order.sequence - b.order.sequence);
    let fills = 0;
    for (const { order, quote } of triggered) if (filled(order, quote)) fills++;
    return fills;
  }

  /** One order's failure is its own. */
  function filled(order: Order, quote: Quote): boolean {
    try {
      return fillPending(world, order, quote.price);
    } catch (error) {
      if (error instanceof AmountError) return false;
      throw error;
    }
  }

  /** The first sweep after `done` that finds a trigger reached. */
  function nextSweep(until: number): number | undefined {
    const first = done + SECOND - ((done - world.openedAt) % SECOND);
    const last = until - ((((until - world.openedAt) % SECOND) + SECOND) % SECOND);
    let next: number | undefined;
    for (const symbol of world.pending.symbols()) {
      const time = world.market.nextCrossing(symbol, world.pending.triggers(symbol), first, next ?? last);
      if (time !== undefined) next = time;
    }
    return next;
  }

  function nextExpiry(): number {
    return Math.floor((expired - EXPIRY_TIME) / DAY) * DAY + DAY + EXPIRY_TIME;
  }

  const monitor: Monitor = {
    driven: false,
    sweep,
    catchUp(now) {
      const sweeping = world.market.moves || monitor.driven;
      let stuck = false;
      while (done < now && world.pending.size > 0) {
        const expiry = nextExpiry();
        const horizon = Math.min(expiry, now);
        const due = sweeping && !stuck ? nextSweep(horizon) : undefined;
        if (due !== undefined) {
          world.now = due;
          // On a market that stands still, an order that could not be filled cannot be filled a second later.
          const fills = world.market.moves ? fillTriggered() : sweep();
          stuck = fills === 0 && !world.market.moves;
          done = due;
          continue;
        }
        done = horizon;
        if (expiry > now) break;
        world.now = expired = expiry;
        expireOrders(world);
      }
      done = Math.max(done, now);
      expired = Math.max(expired, now);
      world.now = now;
      world.attendTests?.(now, monitor.driven ? Number.POSITIVE_INFINITY : BRIEFLY);
    },
  };
  return monitor;
}

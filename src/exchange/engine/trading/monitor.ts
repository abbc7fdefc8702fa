import type { Quote } from "../../market/market.ts";
import { DecimalRangeError } from "../../base/amount.ts";
import { expireOrders } from "./cancel.ts";
import { fillPending } from "./fillPending.ts";
import type { Order } from "../model.ts";
import type { ExchangeState } from "../state.ts";
import { DAY, SECOND } from "../../time/units.ts";

/** The jobs that run by the clock: a sweep over pending orders every second, expiry at 01:00 UTC. */
export interface Monitor {
  /** Runs one sweep now; gives back how many orders it filled. */
  sweep(): number;
  /** Does what was due up to now, in its order, passing over seconds in which nothing can happen. */
  catchUp(now: number): void;
  /** While true, sweeps take place on a market that does not move by itself, too. */
  sweepsStillMarket: boolean;
}

const EXPIRY_TIME = 3_600_000;
/** Candles that one request works on at most, whatever time has passed. */
const MAX_CANDLES_PER_REQUEST = 1000;

export function createMonitor(state: ExchangeState): Monitor {
  // Everything due up to and including this moment is done; sweeps come at whole seconds after the opening.
  let done = state.openedAt;
  let expired = state.openedAt;

  /** A sweep that the time alone does not tell of: the journal does. */
  function sweep(): number {
    return state.journal.runCommand(fillTriggered, (fills) =>
      fills === 0 ? undefined : { kind: "sweep", time: state.now },
    );
  }

  function fillTriggered(): number {
    const triggered: { readonly order: Order; readonly quote: Quote }[] = [];
    const found: Order[] = [];
    for (const symbol of state.pending.symbols()) {
      const quote = state.market.quote(symbol, state.now);
      if (quote === undefined) continue;
      found.length = 0;
      state.pending.collect(symbol, quote, found);
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
      return fillPending(state, order, quote.price);
    } catch (error) {
      if (error instanceof DecimalRangeError) return false;
      throw error;
    }
  }

  /** The first sweep after `done` that finds a trigger reached. */
  function nextSweep(until: number): number | undefined {
    const first = done + SECOND - ((done - state.openedAt) % SECOND);
    const last = until - ((((until - state.openedAt) % SECOND) + SECOND) % SECOND);
    let next: number | undefined;
    for (const symbol of state.pending.symbols()) {
      const time = state.market.nextCrossing(symbol, state.pending.triggers(symbol), first, next ?? last);
      if (time !== undefined) next = time;
    }
    return next;
  }

  function nextExpiry(): number {
    return Math.floor((expired - EXPIRY_TIME) / DAY) * DAY + DAY + EXPIRY_TIME;
  }

  const monitor: Monitor = {
    sweepsStillMarket: false,
    sweep,
    catchUp(now) {
      const sweeping = state.market.moves || monitor.sweepsStillMarket;
      let stuck = false;
      while (done < now && state.pending.size > 0) {
        const expiry = nextExpiry();
        const horizon = Math.min(expiry, now);
        const due = sweeping && !stuck ? nextSweep(horizon) : undefined;
        if (due !== undefined) {
          state.now = due;
          // On a market that stands still, an order that could not be filled cannot be filled a second later.
          const fills = state.market.moves ? fillTriggered() : sweep();
          stuck = fills === 0 && !state.market.moves;
          done = due;
          continue;
        }
        done = horizon;
        if (expiry > now) break;
        state.now = expired = expiry;
        expireOrders(state);
      }
      done = Math.max(done, now);
      expired = Math.max(expired, now);
      state.now = now;
      state.advanceTests?.(now, monitor.sweepsStillMarket ? Number.POSITIVE_INFINITY : MAX_CANDLES_PER_REQUEST);
    },
  };
  return monitor;
}

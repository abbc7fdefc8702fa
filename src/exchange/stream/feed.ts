import type { Order } from "../engine/model.ts";
import { findScope, type ScopeReference } from "../engine/scope.ts";
import type { ExchangeState } from "../engine/state.ts";
import type { Monitor } from "../engine/trading/monitor.ts";
import { DAY, MINUTE, SECOND } from "../time/units.ts";
import { watchCandles, type CandleWatch } from "./candleWatch.ts";
import { encodeOrder, encodePortfolio, encodeTick } from "./messages.ts";
import { ALL_TICKERS, type Subscription } from "./subscription.ts";
import { createTape, type Tape } from "./tape.ts";

/** Receives the messages of the subscriptions it has joined. */
export interface FeedListener {
  readonly scope: ScopeReference;
  push(message: string): void;
  /** Whether the listener has subscribed to a key. */
  isSubscribedTo(key: string): boolean;
}

/** Produces the data messages of all connections. Without listeners it sets no timer. */
export interface Feed {
  join(listener: FeedListener, subscription: Subscription): void;
  leave(listener: FeedListener, subscription: Subscription): void;
  /** Joins listeners as if they had been there since the last beat. */
  resume(beat: Beat, join: () => void): void;
  readonly lastBeat: Beat;
}

/** When messages were last sent, and how many seconds after the first listener joined. */
export interface Beat {
  /** Unix milliseconds. */
  readonly time: number;
  readonly seconds: number;
}

/** What a resumed feed sends at most, in milliseconds. */
const MAX_RESUMED = MINUTE;
/** How far ahead a resting feed looks for the next order to fill. */
const MAX_REST = DAY;

/** Seconds between two portfolio updates. */
const PORTFOLIO_SECONDS = 5;

interface Audience {
  readonly subscription: Subscription;
  readonly listeners: Set<FeedListener>;
}

/** Sends every second; with `rests`, only when an order is going to change if nobody listens to anything else. */
export function createFeed(state: ExchangeState, monitor: Monitor, rests = false): Feed {
  const { clock, market, quirks } = state;
  const audiences = new Map<string, Audience>();
  const candleWatches = new Map<string, CandleWatch>();
  const queuedUpdates: { readonly listener: FeedListener; readonly message: string }[] = [];
  let tape: Tape = createTape(market);
  let timer: unknown;
  let seconds = 0;
  let beat = clock.now();
  let resumedAt: number | undefined;

  function listenersOf(key: string): Iterable<FeedListener> {
    return audiences.get(key)?.listeners ?? [];
  }

  function broadcast(key: string, message: string): void {
    for (const listener of listenersOf(key)) listener.push(message);
  }

  function tick(): void {
    timer = clock.setTimeout(tick, SECOND);
    seconds++;
    const now = (beat = clock.now());
    if (audiences.has("orders") || audiences.has("portfolio")) monitor.catchUp(now);
    pushTicks(now);
    for (const [key, watch] of candleWatches) for (const message of watch.takeUpdates(now)) broadcast(key, message);
    if (seconds % PORTFOLIO_SECONDS === 0) for (const listener of listenersOf("portfolio")) pushPortfolio(listener);
    rest();
  }

  /** Orders alone need no beat until the next one fills or expires. */
  function rest(): void {
    if (!rests || audiences.size === 0) return;
    clock.clearTimeout(timer);
    const now = clock.now();
    const isResting = audiences.size === 1 && audiences.has("orders");
    const due = isResting ? monitor.nextDue(now + MAX_REST) : beat + SECOND;
    timer = due === undefined ? undefined : clock.setTimeout(tick, Math.max(0, due - now));
  }

  function pushPortfolio(listener: FeedListener): void {
    const scope = findScope(state, listener.scope);
    if (scope !== undefined) listener.push(encodePortfolio(state, scope));
  }

  function pushTicks(now: number): void {
    for (const entry of tape.takeTrades(followedSymbols(), now)) {
      const key = `ticker:${entry.symbol}`;
      const message = encodeTick(entry);
      broadcast(key, message);
      for (const listener of listenersOf(ALL_TICKERS))
        if (quirks.allPairsRepeatTicks || !listener.isSubscribedTo(key)) listener.push(message);
    }
  }

  function followedSymbols(): ReadonlySet<string> {
    const symbols = new Set(audiences.has(ALL_TICKERS) ? market.pairs().map((pair) => pair.symbol) : []);
    for (const { subscription } of audiences.values())
      if (subscription.channel === "ticker") symbols.add(subscription.symbol);
    return symbols;
  }

  function queueOrderUpdate(order: Order): void {
    let message: string | undefined;
    for (const listener of listenersOf("orders")) {
      const { accountId, agentId } = listener.scope;
      if (accountId !== order.accountId || (agentId !== undefined && agentId !== order.agentId)) continue;
      message ??= encodeOrder(order, state.now);
      if (queuedUpdates.push({ listener, message }) === 1) void flushOrderUpdates();
    }
    // Not at once: the order may be in the middle of a change.
    if (rests) void Promise.resolve().then(rest);
  }

  /** Updates are sent only after the command has completed and been persisted. */
  async function flushOrderUpdates(): Promise<void> {
    await Promise.resolve();
    const updates = queuedUpdates.splice(0);
    const persisted = state.journal.persisted();
    if (persisted !== undefined) {
      clock.hold?.(persisted);
      try {
        await persisted;
      } catch {
        // The caller of the command gets the error. A command that was not persisted counts as not executed.
        return;
      }
    }
    for (const { listener, message } of updates) if (listener.isSubscribedTo("orders")) listener.push(message);
  }

  function start(subscription: Subscription): void {
    const { channel, key } = subscription;
    const now = resumedAt ?? clock.now();
    if (timer === undefined) {
      beat = now;
      timer = clock.setTimeout(tick, Math.max(0, now + SECOND - clock.now()));
    }
    // It has rested: what is followed from now on begins now.
    if (rests && now - beat > 2 * SECOND) beat = now;
    if (channel === "ticker") tape.follow(subscription.symbol, now);
    if (channel === "ticker_all") for (const pair of market.pairs()) tape.follow(pair.symbol, now);
    if (channel === "candles") candleWatches.set(key, watchCandles(market, subscription, now));
    if (channel === "orders") state.orderChanged = queueOrderUpdate;
    rest();
  }

  function stop({ channel, key }: Subscription): void {
    if (channel === "candles") candleWatches.delete(key);
    if (channel === "orders") state.orderChanged = undefined;
    if (audiences.size > 0) return rest();
    clock.clearTimeout(timer);
    timer = undefined;
    seconds = 0;
    tape = createTape(market);
  }

  /** Whether the channel ever sends data. */
  function hasData({ channel }: Subscription): boolean {
    return channel === "ticker" || channel === "ticker_all" || !quirks.channelsStaySilent;
  }

  return {
    join(listener, subscription) {
      if (!hasData(subscription)) return;
      const audience = audiences.get(subscription.key);
      if (audience !== undefined) {
        audience.listeners.add(listener);
        return;
      }
      audiences.set(subscription.key, { subscription, listeners: new Set([listener]) });
      start(subscription);
    },
    leave(listener, subscription) {
      const audience = audiences.get(subscription.key);
      if (audience === undefined || !audience.listeners.delete(listener) || audience.listeners.size > 0) return;
      audiences.delete(subscription.key);
      stop(subscription);
    },
    resume(last, join) {
      resumedAt = Math.max(last.time, clock.now() - MAX_RESUMED);
      seconds = last.seconds;
      join();
      resumedAt = undefined;
    },
    get lastBeat() {
      return { time: beat, seconds };
    },
  };
}

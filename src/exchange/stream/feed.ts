import type { Order } from "../engine/model.ts";
import { findScope, type ScopeReference } from "../engine/scope.ts";
import type { ExchangeState } from "../engine/state.ts";
import type { Monitor } from "../engine/trading/monitor.ts";
import { SECOND } from "../time/units.ts";
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
}

/** Seconds between two portfolio updates. */
const PORTFOLIO_SECONDS = 5;

interface Audience {
  readonly subscription: Subscription;
  readonly listeners: Set<FeedListener>;
}

export function createFeed(state: ExchangeState, monitor: Monitor): Feed {
  const { clock, market, quirks } = state;
  const audiences = new Map<string, Audience>();
  const candleWatches = new Map<string, CandleWatch>();
  const queuedUpdates: { readonly listener: FeedListener; readonly message: string }[] = [];
  let tape: Tape = createTape(market);
  let timer: unknown;
  let seconds = 0;

  function listenersOf(key: string): Iterable<FeedListener> {
    return audiences.get(key)?.listeners ?? [];
  }

  function broadcast(key: string, message: string): void {
    for (const listener of listenersOf(key)) listener.push(message);
  }

  function tick(): void {
    timer = clock.setTimeout(tick, SECOND);
    seconds++;
    const now = clock.now();
    if (audiences.has("orders") || audiences.has("portfolio")) monitor.catchUp(now);
    pushTicks(now);
    for (const [key, watch] of candleWatches) for (const message of watch.takeUpdates(now)) broadcast(key, message);
    if (seconds % PORTFOLIO_SECONDS === 0) for (const listener of listenersOf("portfolio")) pushPortfolio(listener);
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
    const now = clock.now();
    timer ??= clock.setTimeout(tick, SECOND);
    if (channel === "ticker") tape.follow(subscription.symbol, now);
    if (channel === "ticker_all") for (const pair of market.pairs()) tape.follow(pair.symbol, now);
    if (channel === "candles") candleWatches.set(key, watchCandles(market, subscription, now));
    if (channel === "orders") state.orderChanged = queueOrderUpdate;
  }

  function stop({ channel, key }: Subscription): void {
    if (channel === "candles") candleWatches.delete(key);
    if (channel === "orders") state.orderChanged = undefined;
    if (audiences.size > 0) return;
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
  };
}

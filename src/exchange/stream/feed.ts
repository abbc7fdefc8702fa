import type { Monitor } from "../engine/trading/monitor.ts";
import type { Order, Scope } from "../engine/model.ts";
import type { ExchangeState } from "../engine/state.ts";
import { watchCandles, type CandleWatch } from "./candleWatch.ts";
import { encodeOrder, encodePortfolio, encodeTick } from "./messages.ts";
import { ALL_TICKERS, type Subscription } from "./subscription.ts";
import { createTape, type Tape } from "./tape.ts";

/** Who is told of things. */
export interface Listener {
  readonly scope: Scope;
  push(text: string): void;
  /** Whether it listens to a key. */
  holds(key: string): boolean;
}

/** What connections are told of; while nobody listens there is no timer. */
export interface Feed {
  join(listener: Listener, subscription: Subscription): void;
  leave(listener: Listener, subscription: Subscription): void;
}

const SECOND = 1000;
/** A portfolio is told every so many seconds. */
const PORTFOLIO_SECONDS = 5;

interface Audience {
  readonly subscription: Subscription;
  readonly listeners: Set<Listener>;
}

export function createFeed(state: ExchangeState, monitor: Monitor): Feed {
  const { clock, market, quirks } = state;
  const audiences = new Map<string, Audience>();
  const candles = new Map<string, CandleWatch>();
  const updates: { readonly listener: Listener; readonly text: string }[] = [];
  let tape: Tape = createTape(market);
  let timer: unknown;
  let seconds = 0;

  function listenersOf(key: string): Iterable<Listener> {
    return audiences.get(key)?.listeners ?? [];
  }

  function beat(): void {
    timer = clock.setTimeout(beat, SECOND);
    seconds++;
    const now = clock.now();
    if (audiences.has("orders") || audiences.has("portfolio")) monitor.catchUp(now);
    tellTicks(now);
    for (const [key, watch] of candles)
      for (const text of watch.take(now)) for (const listener of listenersOf(key)) listener.push(text);
    if (seconds % PORTFOLIO_SECONDS === 0)
      for (const listener of listenersOf("portfolio")) listener.push(encodePortfolio(state, listener.scope));
  }

  function tellTicks(now: number): void {
    for (const each of tape.take(followed(), now)) {
      const own = `ticker:${each.symbol}`;
      const text = encodeTick(each);
      for (const listener of listenersOf(own)) listener.push(text);
      for (const listener of listenersOf(ALL_TICKERS))
        if (quirks.allPairsRepeatTicks || !listener.holds(own)) listener.push(text);
    }
  }

  /** Pairs whose trades somebody wants. */
  function followed(): ReadonlySet<string> {
    const symbols = new Set(audiences.has(ALL_TICKERS) ? market.pairs().map((pair) => pair.symbol) : []);
    for (const { subscription } of audiences.values())
      if (subscription.channel === "ticker") symbols.add(subscription.symbol);
    return symbols;
  }

  function orderChanged(order: Order): void {
    const text = encodeOrder(order, state.now);
    for (const listener of listenersOf("orders")) {
      const { account, agent } = listener.scope;
      if (account !== order.account || (agent !== undefined && agent !== order.agent)) continue;
      if (updates.push({ listener, text }) === 1) void tellUpdates();
    }
  }

  /** Nobody is told of what might not last: the command comes to its end and is written down first. */
  async function tellUpdates(): Promise<void> {
    await Promise.resolve();
    const own = updates.splice(0);
    const written = state.journal.persisted();
    if (written !== undefined) {
      clock.hold?.(written);
      try {
        await written;
      } catch {
        // Whoever asked for it is told; what was not written down did not happen.
        return;
      }
    }
    for (const { listener, text } of own) if (listener.holds("orders")) listener.push(text);
  }

  function start(subscription: Subscription): void {
    const { channel, key, symbol } = subscription;
    const now = clock.now();
    timer ??= clock.setTimeout(beat, SECOND);
    if (channel === "ticker") tape.follow(symbol, now);
    if (channel === "ticker_all") for (const pair of market.pairs()) tape.follow(pair.symbol, now);
    if (channel === "candles") candles.set(key, watchCandles(market, subscription, now));
    if (channel === "orders") state.orderChanged = orderChanged;
  }

  function stop({ channel, key }: Subscription): void {
    if (channel === "candles") candles.delete(key);
    if (channel === "orders") state.orderChanged = undefined;
    if (audiences.size > 0) return;
    clock.clearTimeout(timer);
    timer = undefined;
    seconds = 0;
    tape = createTape(market);
  }

  /** Whether anything is ever sent on a channel. */
  function isLive({ channel }: Subscription): boolean {
    return channel === "ticker" || channel === "ticker_all" || !quirks.channelsStaySilent;
  }

  return {
    join(listener, subscription) {
      if (!isLive(subscription)) return;
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

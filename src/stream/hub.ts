import type { CandleInterval, CandleUpdate, OrderUpdate, PortfolioUpdate, Tick } from "../endpoints/index.ts";
import { type AgentExchangeError, type AuthenticationError, type ConnectionError } from "../errors/index.ts";
import { ALL_TICKERS, isTickerKey, tickerChannel, type Channel } from "./channel.ts";
import { closedError } from "./closedError.ts";
import type { ConnectionOwner } from "./connection.ts";
import { ConnectionPool } from "./connectionPool.ts";
import type { StreamContext } from "./context.ts";
import type { EventListeners } from "./eventListeners.ts";
import type { StreamState } from "./events.ts";
import type { Message } from "./message.ts";
import type { OrdersStart } from "./orders.ts";
import { createPairList } from "./pairs.ts";
import type { Failure, Listener } from "./queue.ts";
import { Recoveries } from "./recoveries.ts";
import { ResyncingChannels, type ResyncingChannelsOwner } from "./resyncingChannels.ts";
import type { Outage } from "./subscribedChannel.ts";
import { isStillUseful, tickerChannels } from "./tickerChannels.ts";
import { Tickers, type TickersOwner } from "./tickers.ts";

/** All subscriptions of a stream, and the connections that they need. */
export class Hub implements ConnectionOwner, ResyncingChannelsOwner, TickersOwner {
  readonly #events: EventListeners;
  readonly #onClosed: () => void;
  readonly #tickers: Tickers;
  readonly #resyncing: ResyncingChannels;
  readonly #connections: ConnectionPool;
  /** Backfills of tickers. */
  readonly #recoveries: Recoveries;
  #state: StreamState = "idle";
  #isClosed = false;
  #problem: AgentExchangeError | undefined;
  /** Whether this runtime cannot open a connection. */
  #isImpossible = false;

  constructor(context: StreamContext, events: EventListeners, onClosed: () => void) {
    this.#events = events;
    this.#onClosed = onClosed;
    const pairs = createPairList(context);
    this.#recoveries = new Recoveries(context.clock, (error) => this.onError(error));
    this.#resyncing = new ResyncingChannels(context, pairs, this);
    this.#tickers = new Tickers(context, pairs, this);
    this.#connections = new ConnectionPool(context, this);
  }

  get state(): StreamState {
    return this.#state;
  }

  /** Why the stream is not live, if that is known. */
  get problem(): AgentExchangeError | undefined {
    return this.#problem;
  }

  ticker(symbols: readonly string[] | "all", listener: Listener<Tick>): () => void {
    return this.#subscribe(() => this.#tickers.subscribe(symbols, listener));
  }

  candles(symbol: string, interval: CandleInterval, listener: Listener<CandleUpdate>): () => void {
    return this.#subscribe(() => this.#resyncing.candles(symbol, interval, listener));
  }

  /** @param start from when on orders are delivered that are completed already */
  orders(listener: Listener<OrderUpdate>, start: OrdersStart): () => void {
    return this.#subscribe(() => this.#resyncing.orders(listener, start));
  }

  portfolio(listener: Listener<PortfolioUpdate>): () => void {
    return this.#subscribe(() => this.#resyncing.portfolio(listener));
  }

  /** Ends everything. Iterators reject with the failure, if there is one. */
  close(failure?: Failure): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connections.close();
    this.#recoveries.abortAll();
    this.#tickers.end(failure);
    this.#resyncing.end(failure);
    this.#updateState();
  }

  hasOwnChannel(symbol: string): boolean {
    return this.#connections.find(tickerChannel(symbol).key) !== undefined;
  }

  onTick(tick: Tick): void {
    this.#tickers.receive(tick);
  }

  onData(message: Message): boolean | undefined {
    return message.channel === "ticker" ? this.#tickers.receiveMessage(message) : this.#resyncing.receive(message);
  }

  onAcknowledged(channel: Channel, outage: Outage | undefined): Promise<void> | undefined {
    if (isTickerKey(channel.key)) this.#rearrange();
    return outage === undefined ? undefined : this.#recover(channel, outage);
  }

  onRefused({ key, request: { symbol } }: Channel, reason: AgentExchangeError): void {
    this.onError(reason);
    this.#resyncing.find(key)?.end({ reason });
    if (key === ALL_TICKERS.key) this.#tickers.end({ reason });
    else if (symbol !== undefined && isTickerKey(key)) this.#tickers.drop(symbol, { reason });
  }

  onSilent(symbol: string | undefined): void {
    this.#connections.find((symbol === undefined ? ALL_TICKERS : tickerChannel(symbol)).key)?.renew();
  }

  onPhaseChanged(): void {
    this.#updateState();
  }

  onError(error: unknown): void {
    this.#events.emit("error", error);
  }

  /** Reports a problem once, until another one occurs or the stream was live. */
  onInterrupted(error: AgentExchangeError): void {
    const isKnown = this.#problem?.code === error.code && this.#problem.status === error.status;
    this.#problem = error;
    this.#isImpossible = false;
    if (!isKnown) this.onError(error);
  }

  onImpossible(reason: ConnectionError): void {
    this.onInterrupted(reason);
    this.#isImpossible = true;
    // Deferred: the subscription that caused the attempt is not complete yet.
    void Promise.resolve().then(() => {
      this.#tickers.fail({ reason });
      this.#resyncing.fail({ reason });
    });
  }

  onKeyRefused(reason: AuthenticationError): void {
    this.#problem = reason;
    this.onError(reason);
    this.close({ reason });
  }

  onSubscriptionsChanged(): void {
    this.#rearrange();
  }

  #subscribe(subscribe: () => () => void): () => void {
    if (this.#isClosed) {
      throw closedError();
    }
    const unsubscribe = subscribe();
    // Tries immediately, so that this subscriber also learns why there is no connection.
    if (this.#isImpossible) this.#connections.connectNow();
    return unsubscribe;
  }

  /** Recovers the symbols of a channel that was replaced during its outage: the new channel does not know of it. */
  #recoverReplaced(key: string, outage: Outage): void {
    for (const channel of this.#tickers.symbols.map(tickerChannel))
      if (key === ALL_TICKERS.key || key === channel.key) void this.#recover(channel, outage);
  }

  /** Reports a gap for each subscription that the channel serves, and backfills it over REST. */
  #recover(channel: Channel, outage: Outage): Promise<void> {
    const others = channel.key === ALL_TICKERS.key ? this.#tickers.symbols.map(tickerChannel) : [];
    for (const { key } of [channel, ...others]) this.#events.emit("gap", { channel: key, ...outage });
    const resyncing = this.#resyncing.find(channel.key);
    if (resyncing !== undefined) return resyncing.recover();
    const { symbol } = channel.request;
    return this.#recoveries.run(channel.key, (signal) => this.#tickers.recover(symbol, signal));
  }

  /** Subscribes to the channels that are needed now, and unsubscribes from others once they are replaced. */
  #rearrange(): void {
    if (this.#isClosed) return;
    const tickers = tickerChannels(this.#tickers);
    const channels = [...this.#resyncing.channels(), ...tickers];
    const keys = new Set(channels.map(({ key }) => key));
    const isReplaced = tickers.every(({ key }) => this.#connections.find(key)?.isAcknowledged(key) === true);
    const outages: (readonly [key: string, outage: Outage])[] = [];
    for (const key of this.#connections.keys()) {
      if (keys.has(key) || (!isReplaced && isStillUseful(key, this.#tickers))) continue;
      this.#recoveries.abort(key);
      const outage = this.#connections.find(key)?.unsubscribe(key);
      if (outage !== undefined) outages.push([key, outage]);
    }
    for (const channel of channels)
      if (this.#connections.find(channel.key) === undefined) this.#connections.subscribe(channel);
    this.#connections.closeUnused();
    this.#updateState();
    for (const [key, outage] of outages) this.#recoverReplaced(key, outage);
  }

  #updateState(): void {
    const state = this.#isClosed ? "closed" : this.#connections.state;
    if (state === this.#state) return;
    this.#state = state;
    if (state === "live" || state === "idle") {
      this.#problem = undefined;
      this.#isImpossible = false;
    }
    this.#events.emit("state", state);
    if (state === "closed") this.#onClosed();
  }
}

/// <reference lib="esnext.disposable" preserve="true" />
import type { CandleInterval, CandleUpdate, OrderUpdate, PortfolioUpdate, Tick } from "../endpoints/index.ts";
import type { AgentExchangeError } from "../errors/index.ts";
import { bindMembers } from "../transport/index.ts";
import { checkHandler, checkInterval, checkQueueOptions, parseSymbol, parseSymbols } from "./arguments.ts";
import type { StreamContext } from "./context.ts";
import { EventListeners } from "./eventListeners.ts";
import type { StreamEvents, StreamState } from "./events.ts";
import { subscribeHandler, type StreamHandler } from "./handler.ts";
import { LazyHub } from "./lazyHub.ts";
import { Queue, type Listener, type QueueOptions, type Updates } from "./queue.ts";

/**
 * Real-time updates pushed by the platform. Connects with the first subscription, detects dead connections, reconnects,
 * and backfills missed updates over REST. Created by `client.openStream()`.
 */
export class AgentExchangeStream {
  readonly #hub: LazyHub;
  readonly #events = new EventListeners();

  /** @internal */
  static open(context: StreamContext, onClosed: () => void): AgentExchangeStream {
    return new AgentExchangeStream(context, onClosed);
  }

  private constructor(context: StreamContext, onClosed: () => void) {
    bindMembers(this);
    this.#hub = new LazyHub(context, this.#events, onClosed);
    // Compilers of `await using` look for this symbol where the runtime has none.
    if (typeof Symbol.asyncDispose !== "symbol") {
      Object.defineProperty(this, Symbol.for("Symbol.asyncDispose"), { value: () => this.close() });
    }
  }

  /** The state of the connection that is worst off. */
  get state(): StreamState {
    return this.#hub.state;
  }

  /**
   * Why the stream is not live, for example because the server is unreachable, it refuses the upgrade, or this runtime
   * has no WebSocket. Null while the stream is live or the reason is not known yet. The event `error` reports each
   * reason once until the stream is live.
   *
   * @example
   * ```ts
   * const stream = client.openStream();
   * stream.onTicker("BTCUSDT", ({ price }) => console.log(price.toString()));
   * if (stream.problem !== null) console.log(stream.problem.message);
   * ```
   */
  get problem(): AgentExchangeError | null {
    return this.#hub.problem ?? null;
  }

  /**
   * Every trade of one pair, of several pairs, or of all (`"all"`). The platform's messages have no id, so equal trades
   * of one millisecond count as one. By default only the newest tick of each pair is kept for a slow consumer;
   * `queue: "all"` keeps every tick, up to `limit`.
   *
   * @throws ValidationError; the iterator rejects with InvalidSymbolError if a pair does not exist, with
   * AuthenticationError if the key is refused, with ConnectionError if this runtime cannot open a stream, with
   * StreamOverflowError beyond `limit`, and with the signal's reason
   * @example
   * ```ts
   * for await (const tick of client.openStream().ticker("BTCUSDT")) {
   *   console.log(tick.symbol, tick.price.toString());
   *   break;
   * }
   * ```
   */
  ticker(symbols: string | readonly string[], options: QueueOptions = {}): Updates<Tick> {
    const parsed = parseSymbols("ticker", symbols);
    const keyOf = ({ symbol }: Tick): string => symbol;
    return iterate("ticker", { queue: "latest", ...options }, keyOf, (listener) => this.#hub.ticker(parsed, listener));
  }

  /**
   * Callback form of {@link AgentExchangeStream.ticker}; returns an unsubscribe function. Errors thrown by handlers are
   * emitted as `error`. So is a pair that does not exist; the other pairs are not affected.
   *
   * @example
   * ```ts
   * await using stream = client.openStream();
   * const off = stream.onTicker("all", (tick) => console.log(tick.symbol, tick.price.toString()));
   * off();
   * ```
   */
  onTicker(symbols: string | readonly string[], handler: StreamHandler<Tick>): () => void {
    const parsed = parseSymbols("onTicker", symbols);
    return this.#handle("onTicker", handler, (listener) => this.#hub.ticker(parsed, listener));
  }

  /**
   * Updates of a pair's current candle, and the final values of every candle, without gaps.
   *
   * @example
   * ```ts
   * for await (const candle of client.openStream().candles("ETHUSDT", "1m")) {
   *   console.log(candle.time, candle.close.toString(), candle.isClosed);
   *   break;
   * }
   * ```
   */
  candles(symbol: string, interval: CandleInterval, options: QueueOptions = {}): Updates<CandleUpdate> {
    checkInterval("candles", interval);
    const parsed = parseSymbol("candles", symbol);
    const keyOf = ({ time }: CandleUpdate): string => String(time.getTime());
    return iterate("candles", options, keyOf, (listener) => this.#hub.candles(parsed, interval, listener));
  }

  /**
   * Callback form of {@link AgentExchangeStream.candles}; returns an unsubscribe function.
   *
   * @example
   * ```ts
   * await using stream = client.openStream();
   * stream.onCandles("BTCUSDT", "1h", ({ close }) => console.log(close.toString()));
   * ```
   */
  onCandles(symbol: string, interval: CandleInterval, handler: StreamHandler<CandleUpdate>): () => void {
    checkInterval("onCandles", interval);
    const parsed = parseSymbol("onCandles", symbol);
    return this.#handle("onCandles", handler, (listener) => this.#hub.candles(parsed, interval, listener));
  }

  /**
   * Every status of the account's own orders, once and in order. Starts with the orders that are pending now.
   * An order that another client completed less than a second before may be among the first: the clocks cannot tell.
   *
   * @example
   * ```ts
   * const updates = client.openStream().orders();
   * await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" });
   * for await (const order of updates) {
   *   console.log(order.orderId, order.status);
   *   break;
   * }
   * ```
   */
  orders(options: QueueOptions = {}): Updates<OrderUpdate> {
    const keyOf = ({ orderId }: OrderUpdate): string => orderId;
    return iterate("orders", options, keyOf, (listener) => this.#hub.orders(listener));
  }

  /**
   * Callback form of {@link AgentExchangeStream.orders}; returns an unsubscribe function.
   *
   * @example
   * ```ts
   * await using stream = client.openStream();
   * stream.onOrders(({ orderId, status }) => console.log(orderId, status));
   * ```
   */
  onOrders(handler: StreamHandler<OrderUpdate>): () => void {
    return this.#handle("onOrders", handler, (listener) => this.#hub.orders(listener));
  }

  /**
   * The portfolio's value whenever it changes. Only the newest update is kept for a slow consumer, unless `queue` is `"all"`.
   *
   * @example
   * ```ts
   * for await (const { totalEquity } of client.openStream().portfolio()) {
   *   console.log(totalEquity.toString());
   *   break;
   * }
   * ```
   */
  portfolio(options: QueueOptions = {}): Updates<PortfolioUpdate> {
    const keyOf = (): string => "";
    return iterate("portfolio", { queue: "latest", ...options }, keyOf, (listener) => this.#hub.portfolio(listener));
  }

  /**
   * Callback form of {@link AgentExchangeStream.portfolio}; returns an unsubscribe function.
   *
   * @example
   * ```ts
   * await using stream = client.openStream();
   * stream.onPortfolio(({ totalEquity }) => console.log(totalEquity.toString()));
   * ```
   */
  onPortfolio(handler: StreamHandler<PortfolioUpdate>): () => void {
    return this.#handle("onPortfolio", handler, (listener) => this.#hub.portfolio(listener));
  }

  /**
   * Listens to an event of the stream; returns an unsubscribe function.
   *
   * @example
   * ```ts
   * await using stream = client.openStream();
   * stream.on("state", (state) => console.log(state));
   * stream.on("gap", ({ channel, from, to }) => console.log(channel, from, to));
   * stream.on("error", (error) => console.log(error));
   * ```
   */
  on<Name extends keyof StreamEvents>(name: Name, listener: StreamHandler<StreamEvents[Name]>): () => void {
    return this.#events.add(name, listener);
  }

  /**
   * Closes the stream: iterators end, timers are cleared, sockets are closed. Closing it again does nothing.
   *
   * @example
   * ```ts
   * const stream = client.openStream();
   * await stream.close();
   * console.log(stream.state); // closed
   * ```
   */
  async close(): Promise<void> {
    this.#hub.close();
  }

  /** Same as {@link AgentExchangeStream.close}, for `await using stream = client.openStream()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #handle<T>(method: string, handler: StreamHandler<T>, subscribe: (listener: Listener<T>) => () => void): () => void {
    checkHandler(method, handler);
    return subscribeHandler(handler, (error) => this.#events.emit("error", error), subscribe);
  }
}

function iterate<T extends object>(
  method: string,
  options: QueueOptions,
  keyOf: (update: T) => string,
  subscribe: (listener: Listener<T>) => () => void,
): Updates<T> {
  checkQueueOptions(method, options);
  return new Queue(options, keyOf).start(subscribe);
}

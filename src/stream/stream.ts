/// <reference lib="esnext.disposable" preserve="true" />
import {
  invalid,
  type CandleInterval,
  type CandleUpdate,
  type OrderUpdate,
  type PortfolioUpdate,
  type Tick,
} from "../endpoints/index.ts";
import type { AgentExchangeError } from "../errors/index.ts";
import { bindMembers } from "../transport/index.ts";
import type { StreamContext } from "./context.ts";
import { callBack, contained, type StreamHandler } from "./callback.ts";
import type { StreamEvents, StreamState } from "./events.ts";
import { createHub, type Hub } from "./hub.ts";
import { Queue, type Listener, type QueueOptions, type Updates } from "./queue.ts";

const INTERVALS: readonly string[] = ["1m", "5m", "1h", "1d"] satisfies readonly CandleInterval[];

/**
 * What the platform sends by itself. Opens with the first subscription and keeps itself up: a connection that is dead
 * is noticed, told and replaced, and what was missed is made up for. Made by `client.openStream()`.
 */
export class AgentExchangeStream {
  readonly #hub: Hub;
  readonly #listeners: { readonly [Name in keyof StreamEvents]: Set<StreamHandler<StreamEvents[Name]>> } = {
    state: new Set(),
    gap: new Set(),
    error: new Set(),
  };
  readonly #closed: () => void;

  /** @internal */
  static open(context: StreamContext, closed: () => void): AgentExchangeStream {
    return new AgentExchangeStream(context, closed);
  }

  private constructor(context: StreamContext, closed: () => void) {
    bindMembers(this);
    this.#closed = closed;
    this.#hub = createHub(context, {
      state: (state) => {
        this.#tell("state", state);
        if (state === "closed") closed();
      },
      gap: (gap) => this.#tell("gap", gap),
      error: (error) => this.#tell("error", error),
    });
    if (typeof Symbol.asyncDispose !== "symbol") {
      Object.defineProperty(this, Symbol.for("Symbol.asyncDispose"), { value: () => this.close() });
    }
  }

  /** How the stream stands: the worst of its connections. */
  get state(): StreamState {
    return this.#hub.state;
  }

  /**
   * Why the stream is not live, null while it is or nothing is known: nothing listens, the upgrade is refused, this
   * runtime has no WebSocket. The event `error` reports it, too, once until the stream was live.
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
   * Every trade of a pair, of several, or of all (`"all"`); trades of one millisecond that are alike count as one, as
   * the platform's messages have no id. By default only the newest tick of each pair waits for a
   * slow consumer; `queue: "all"` keeps every one, up to `limit`.
   *
   * @throws ValidationError; the iterator rejects with InvalidSymbolError when one of the pairs does not exist, with
   * AuthenticationError when the key is refused, with ConnectionError when this runtime cannot open a stream, with
   * StreamOverflowError beyond `limit`, and with the signal's own reason
   * @example
   * ```ts
   * for await (const tick of client.openStream().ticker("BTCUSDT")) {
   *   console.log(tick.symbol, tick.price.toString());
   *   break;
   * }
   * ```
   */
  ticker(symbols: string | readonly string[], options: QueueOptions = {}): Updates<Tick> {
    const wanted = symbolsOf("ticker", symbols);
    return iterate("ticker", { queue: "latest", ...options }, symbolOf, (listener) =>
      this.#hub.ticker(wanted, listener),
    );
  }

  /**
   * {@link AgentExchangeStream.ticker} for a handler; gives back what ends it. What handlers throw is an `error` event,
   * and so is a pair that does not exist; the other pairs go on.
   *
   * @example
   * ```ts
   * await using stream = client.openStream();
   * const off = stream.onTicker("all", (tick) => console.log(tick.symbol, tick.price.toString()));
   * off();
   * ```
   */
  onTicker(symbols: string | readonly string[], handler: StreamHandler<Tick>): () => void {
    const wanted = symbolsOf("onTicker", symbols);
    return this.#call(handler, (listener) => this.#hub.ticker(wanted, listener));
  }

  /**
   * A pair's candle as it grows, and each one's final figures, none left out.
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
    const name = candleOf("candles", symbol, interval);
    return iterate("candles", options, timeOf, (listener) => this.#hub.candles(name, interval, listener));
  }

  /**
   * {@link AgentExchangeStream.candles} for a handler.
   *
   * @example
   * ```ts
   * await using stream = client.openStream();
   * stream.onCandles("BTCUSDT", "1h", ({ close }) => console.log(close.toString()));
   * ```
   */
  onCandles(symbol: string, interval: CandleInterval, handler: StreamHandler<CandleUpdate>): () => void {
    const name = candleOf("onCandles", symbol, interval);
    return this.#call(handler, (listener) => this.#hub.candles(name, interval, listener));
  }

  /**
   * Every state of the own orders, once each and in their order: first those that are pending now, then what happens.
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
    return iterate("orders", options, orderIdOf, (listener) => this.#hub.orders(listener));
  }

  /**
   * {@link AgentExchangeStream.orders} for a handler.
   *
   * @example
   * ```ts
   * await using stream = client.openStream();
   * stream.onOrders(({ orderId, status }) => console.log(orderId, status));
   * ```
   */
  onOrders(handler: StreamHandler<OrderUpdate>): () => void {
    return this.#call(handler, (listener) => this.#hub.orders(listener));
  }

  /**
   * What the portfolio is worth, when it changes. Only the newest waits for a slow consumer, unless `queue: "all"`.
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
    return iterate(
      "portfolio",
      { queue: "latest", ...options },
      () => "",
      (listener) => this.#hub.portfolio(listener),
    );
  }

  /**
   * {@link AgentExchangeStream.portfolio} for a handler.
   *
   * @example
   * ```ts
   * await using stream = client.openStream();
   * stream.onPortfolio(({ totalEquity }) => console.log(totalEquity.toString()));
   * ```
   */
  onPortfolio(handler: StreamHandler<PortfolioUpdate>): () => void {
    return this.#call(handler, (listener) => this.#hub.portfolio(listener));
  }

  /**
   * Listens to what the stream tells about itself; gives back what ends it.
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
    const listeners = this.#listeners[name] as Set<StreamHandler<StreamEvents[Name]>> | undefined;
    if (listeners === undefined) throw invalid("on", [{ field: "name", message: "must be state, gap or error" }]);
    // Of its own, so that one function can listen twice.
    const own: StreamHandler<StreamEvents[Name]> = (event) => listener(event);
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  /**
   * Ends the stream: iterators are done, timers cleared, sockets closed. Calling it again does nothing.
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
    this.#closed();
  }

  /** {@link AgentExchangeStream.close}, for `await using stream = client.openStream()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #call<T>(handler: StreamHandler<T>, join: (listener: Listener<T>) => () => void): () => void {
    if (typeof handler !== "function") throw invalid("stream", [{ field: "handler", message: "must be a function" }]);
    return callBack(handler, (error) => this.#tell("error", error), join);
  }

  /** Afterwards, when whatever is going on is through: listeners may do anything, such as closing the stream. */
  #tell<Name extends keyof StreamEvents>(name: Name, event: StreamEvents[Name]): void {
    const listeners = this.#listeners[name];
    // Whoever listens to errors and fails is not told of it.
    const report = (error: unknown): void => (name === "error" ? undefined : this.#tell("error", error));
    void Promise.resolve().then(() => {
      for (const listener of listeners) contained(() => listener(event), report);
    });
  }
}

function iterate<T extends object>(
  name: string,
  options: QueueOptions,
  keyOf: (value: T) => string,
  join: (listener: Listener<T>) => () => void,
): Updates<T> {
  const { queue, limit } = options;
  const known = ["signal", "queue", "limit"];
  const refuse = (field: string, message: string): never => {
    throw invalid(name, [{ field, message }], known);
  };
  for (const key in options) {
    if (!known.includes(key)) refuse(key, "is no option of a subscription; it takes signal, queue and limit");
  }
  if (queue !== undefined && queue !== "latest" && queue !== "all") refuse("queue", 'use "latest" or "all"');
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0))
    refuse("limit", "must be a whole number of at least 1");
  return new Queue(options, keyOf).start(join);
}

const symbolOf = ({ symbol }: Tick): string => symbol;
const timeOf = ({ time }: CandleUpdate): string => String(time.getTime());
const orderIdOf = ({ orderId }: OrderUpdate): string => orderId;

function symbolsOf(name: string, symbols: string | readonly string[]): readonly string[] | "all" {
  if (symbols === "all") return symbols;
  const list = [symbols].flat() as readonly unknown[];
  if (list.length === 0) throw invalid(name, [{ field: "symbols", message: 'must name a pair, or be "all"' }]);
  return [...new Set(list.map((symbol) => symbolNamed(name, symbol)))];
}

/** As the platform writes it. Any text is acknowledged there, and one that is no pair stays silent for ever. */
function symbolNamed(name: string, symbol: unknown): string {
  const text = typeof symbol === "string" ? symbol.trim().toUpperCase() : "";
  // The platform would acknowledge it as a pair of that name.
  if (text === "ALL") throw invalid(name, [{ field: "symbol", message: 'for all pairs pass "all" alone to ticker' }]);
  if (/^[A-Z0-9]{2,20}$/.test(text)) return text;
  throw invalid(name, [{ field: "symbol", message: "must be a pair such as BTCUSDT" }]);
}

function candleOf(name: string, symbol: string, interval: string): string {
  if (!INTERVALS.includes(interval)) throw invalid(name, [{ field: "interval", message: "must be 1m, 5m, 1h or 1d" }]);
  return symbolNamed(name, symbol);
}

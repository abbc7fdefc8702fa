import type { CandleInterval, CandleUpdate, OrderUpdate, PortfolioUpdate, Tick } from "../endpoints/index.ts";
import { ConnectionError, type AgentExchangeError } from "../errors/index.ts";
import { lazyCode } from "../transport/index.ts";
import type { StreamContext } from "./context.ts";
import { closedError } from "./closedError.ts";
import type { EventListeners } from "./eventListeners.ts";
import type { StreamState } from "./events.ts";
import type { Hub } from "./hub.ts";
import type { Listener } from "./queue.ts";

/** A subscription that waits for the hub. */
interface Waiting {
  start(hub: Hub): void;
  fail(reason: unknown): void;
  end(): void;
}

/** Loads the hub with the first stream, since most programs open none. Until then it keeps the subscriptions. */
export class LazyHub {
  readonly #context: StreamContext;
  readonly #events: EventListeners;
  readonly #onClosed: () => void;
  readonly #load: () => Promise<typeof import("./hub.ts")>;
  readonly #waiting = new Set<Waiting>();
  #hub: Hub | undefined;
  #isClosed = false;
  #problem: AgentExchangeError | undefined;

  constructor(context: StreamContext, events: EventListeners, onClosed: () => void) {
    this.#context = context;
    this.#events = events;
    this.#onClosed = onClosed;
    this.#load = lazyCode(context.clock, "streams", () => import("./hub.ts"));
    void this.#start();
  }

  get state(): StreamState {
    if (this.#hub !== undefined) return this.#hub.state;
    if (this.#isClosed) return "closed";
    return this.#waiting.size > 0 ? "connecting" : "idle";
  }

  get problem(): AgentExchangeError | undefined {
    return this.#hub === undefined ? this.#problem : this.#hub.problem;
  }

  ticker(symbols: readonly string[] | "all", listener: Listener<Tick>): () => void {
    return this.#subscribe(listener, (hub) => hub.ticker(symbols, listener));
  }

  candles(symbol: string, interval: CandleInterval, listener: Listener<CandleUpdate>): () => void {
    return this.#subscribe(listener, (hub) => hub.candles(symbol, interval, listener));
  }

  orders(listener: Listener<OrderUpdate>): () => void {
    const start = { elapsed: this.#context.clock.elapsed(), isKnown: this.#context.markOrders() };
    return this.#subscribe(listener, (hub) => hub.orders(listener, start));
  }

  portfolio(listener: Listener<PortfolioUpdate>): () => void {
    return this.#subscribe(listener, (hub) => hub.portfolio(listener));
  }

  close(): void {
    if (this.#hub !== undefined) return this.#hub.close();
    if (this.#isClosed) return;
    this.#isClosed = true;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const each of waiting) each.end();
    this.#events.emit("state", "closed");
    this.#onClosed();
  }

  #subscribe<T>(listener: Listener<T>, start: (hub: Hub) => () => void): () => void {
    if (this.#hub !== undefined) return start(this.#hub);
    if (this.#isClosed) throw closedError();
    let stop: (() => void) | undefined;
    const waiting: Waiting = {
      start: (hub) => (stop = start(hub)),
      fail: (reason) => listener.end({ reason }),
      end: () => listener.end(),
    };
    this.#waiting.add(waiting);
    void this.#start();
    return () => (stop === undefined ? this.#waiting.delete(waiting) : stop());
  }

  async #start(): Promise<void> {
    try {
      const { Hub: LoadedHub } = await this.#load();
      if (this.#isClosed || this.#hub !== undefined) return;
      const hub = (this.#hub = new LoadedHub(this.#context, this.#events, this.#onClosed));
      for (const waiting of this.#waiting) waiting.start(hub);
      this.#waiting.clear();
    } catch (problem) {
      this.#fail(problem);
    }
  }

  /** Nobody is told if nothing waits for it: the next subscription tries again. */
  #fail(problem: unknown): void {
    this.#problem = problem instanceof ConnectionError ? problem : undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const each of waiting) each.fail(problem);
    if (waiting.length > 0) this.#events.emit("error", problem);
  }
}

import type { Tick } from "../endpoints/index.ts";
import type { Clock } from "../transport/index.ts";
import type { Decimal } from "../wire/index.ts";
import type { StreamContext } from "./context.ts";
import type { Listener } from "./queue.ts";
import { RenewalBackoff } from "./renewalBackoff.ts";
import { createTickOrder, emptyHistory, type TickHistory } from "./tickOrder.ts";

/** The state of one symbol's ticks. */
export interface TickFeed extends TickHistory {
  readonly symbol: string;
  /** Listeners of this symbol, without those of all. */
  listeners: readonly Listener<Tick>[];
  /** Ticks received over the stream. */
  count: number;
  /** `count` when the price was last compared with REST. */
  comparedCount: number;
  /** `count` when REST reported another price than the last tick; undefined while they agree. */
  disputedCount: number | undefined;
  /** Reading of `clock.elapsed()` when it was created. Earlier trades are not delivered. */
  readonly since: number;
  /** Whether the pair has been looked up. */
  isVerified: boolean;
  /** The price by REST; used until there is a tick. */
  restPrice: Decimal | undefined;
  readonly renewalBackoff: RenewalBackoff;
}

/** The symbols that are listened to, and their listeners. */
export class TickFeeds {
  readonly #clock: Clock;
  readonly #acceptTick: (history: TickHistory, tick: Tick) => boolean;
  readonly #feeds = new Map<string, TickFeed>();
  /** Listeners of all symbols. */
  #allListeners: readonly Listener<Tick>[] = [];
  #count = 0;

  constructor(context: StreamContext) {
    this.#clock = context.clock;
    this.#acceptTick = createTickOrder(context);
  }

  /** Ticks received over the stream, of all symbols. */
  get count(): number {
    return this.#count;
  }

  /** Whether there are listeners of all symbols. */
  get isAll(): boolean {
    return this.#allListeners.length > 0;
  }

  get isEmpty(): boolean {
    return this.#feeds.size === 0 && !this.isAll;
  }

  /** The symbols with listeners of their own. */
  get symbols(): readonly string[] {
    return this.feeds().flatMap(({ symbol, listeners }) => (listeners.length > 0 ? [symbol] : []));
  }

  feeds(): readonly TickFeed[] {
    return [...this.#feeds.values()];
  }

  /** Every listener once. */
  listeners(): ReadonlySet<Listener<Tick>> {
    return new Set([...this.feeds().flatMap(({ listeners }) => listeners), ...this.#allListeners]);
  }

  get(symbol: string): TickFeed | undefined {
    return this.#feeds.get(symbol);
  }

  /** The feed for an update of this symbol; undefined without listeners. */
  feedFor(symbol: string): TickFeed | undefined {
    return this.#feeds.get(symbol) ?? (this.isAll ? this.#create(symbol) : undefined);
  }

  add(symbols: readonly string[] | "all", listener: Listener<Tick>): void {
    if (symbols === "all") this.#allListeners = [...this.#allListeners, listener];
    else {
      for (const symbol of symbols) {
        const feed = this.#feeds.get(symbol) ?? this.#create(symbol);
        feed.listeners = [...feed.listeners, listener];
      }
    }
  }

  remove(listener: Listener<Tick>): void {
    const isOther = (other: Listener<Tick>): boolean => other !== listener;
    this.#allListeners = this.#allListeners.filter(isOther);
    for (const feed of this.#feeds.values()) {
      if (feed.listeners.includes(listener)) feed.listeners = feed.listeners.filter(isOther);
      if (feed.listeners.length === 0 && !this.isAll) this.#feeds.delete(feed.symbol);
    }
  }

  /** Removes a symbol. Returns the listeners that it had. */
  delete(symbol: string): readonly Listener<Tick>[] {
    const listeners = this.#feeds.get(symbol)?.listeners ?? [];
    this.#feeds.delete(symbol);
    return listeners;
  }

  /** Processes a tick of the stream. */
  receive(tick: Tick): void {
    const feed = this.feedFor(tick.symbol);
    if (feed === undefined) return;
    this.#count++;
    feed.count++;
    this.deliver(feed, tick);
  }

  /** Delivers a tick unless it is late or a repetition. */
  deliver(feed: TickFeed, tick: Tick): void {
    if (!this.#acceptTick(feed, tick)) return;
    // Handlers may subscribe and unsubscribe meanwhile, which replaces these arrays.
    const { listeners } = feed;
    const allListeners = this.#allListeners;
    for (const listener of listeners) listener.push(tick);
    for (const listener of allListeners) listener.push(tick);
  }

  #create(symbol: string): TickFeed {
    const feed: TickFeed = {
      symbol,
      listeners: [],
      ...emptyHistory(),
      count: 0,
      comparedCount: -1,
      disputedCount: undefined,
      since: this.#clock.elapsed(),
      isVerified: false,
      restPrice: undefined,
      renewalBackoff: new RenewalBackoff(this.#clock),
    };
    this.#feeds.set(symbol, feed);
    return feed;
  }
}

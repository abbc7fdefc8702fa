import { InvalidSymbolError } from "../errors/index.ts";
import type { Channel } from "./channel.ts";
import type { ChannelSource } from "./channelSource.ts";
import type { StreamContext } from "./context.ts";
import { messageError } from "./messageError.ts";
import type { Failure, Listener } from "./queue.ts";

/** Milliseconds between two requests; grows while nothing changes. */
const MIN_DELAY = 2000;
const MAX_DELAY = 30_000;
/** Milliseconds between two requests while messages arrive, in case one was lost. */
const AUDIT_INTERVAL = 45_000;
/** Maximum number of messages that are buffered while earlier updates are fetched over REST. */
const MAX_BUFFERED = 1000;

export interface ResyncingChannelOwner {
  onError(error: unknown): void;
  /** The last listener has left. */
  onUnused(): void;
}

/**
 * A candle or private channel. It keeps polling REST, often if the platform sends no messages on this channel and rarely
 * if it does, and delivers everything once and in order.
 */
export class ResyncingChannel<Update> {
  readonly channel: Channel;
  readonly #context: StreamContext;
  readonly #source: ChannelSource<Update>;
  readonly #owner: ResyncingChannelOwner;
  readonly #controller = new AbortController();
  readonly #members = new Set<Listener<Update>>();
  /** Members that have received the current state. */
  #listeners: readonly Listener<Update>[] = [];
  /** Messages that are buffered until REST has delivered earlier updates; undefined while the channel is in sync. */
  #buffer: Update[] | undefined = [];
  /** Resolve the promises of `recover()`. */
  #waiters: (() => void)[] = [];
  #isRequesting = false;
  /** Whether REST has to be asked again after the running request. */
  #repeat = false;
  /** Whether a message has arrived since the last request. */
  #hasMessages = false;
  #delay = MIN_DELAY;
  #timer: unknown;

  constructor(context: StreamContext, channel: Channel, source: ChannelSource<Update>, owner: ResyncingChannelOwner) {
    this.channel = channel;
    this.#context = context;
    this.#source = source;
    this.#owner = owner;
  }

  subscribe(listener: Listener<Update>): () => void {
    this.#members.add(listener);
    if (this.#members.size === 1) void this.#resync();
    // Deferred, so that the caller has its unsubscribe function before the first update.
    void Promise.resolve().then(() => {
      if (!this.#members.has(listener)) return;
      for (const update of this.#source.current()) listener.push(update);
      this.#listeners = [...this.#listeners, listener];
    });
    return () => {
      this.#members.delete(listener);
      this.#listeners = this.#listeners.filter((other) => other !== listener);
      if (this.#members.size === 0) this.#close();
    };
  }

  /** Returns whether the message can be decoded. */
  receive(message: unknown): boolean {
    let update: Update;
    try {
      update = this.#source.message.decode(message);
    } catch (error) {
      this.#owner.onError(messageError(error));
      return false;
    }
    const isInSync = this.#buffer === undefined;
    if (!this.#hasMessages && isInSync && !this.#isRequesting) this.#schedule(AUDIT_INTERVAL);
    this.#hasMessages = true;
    const news = isInSync ? this.#source.accept(update) : undefined;
    if (news !== undefined) {
      for (const one of news) this.#deliver(one);
      return true;
    }
    if (isInSync) this.#loseSync();
    this.#hold(update);
    return true;
  }

  /** Delivers missed updates. Messages are buffered until that is done. */
  recover(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#loseSync();
    });
  }

  /** Ends all subscriptions. */
  end(failure?: Failure): void {
    for (const listener of this.#members) listener.end(failure);
  }

  /** Ends iterators; handlers stay subscribed. */
  fail(failure: Failure): void {
    for (const listener of this.#members) listener.fail?.(failure);
  }

  #close(): void {
    this.#controller.abort();
    this.#context.clock.clearTimeout(this.#timer);
    this.#resolveWaiters();
    this.#owner.onUnused();
  }

  readonly #deliver = (update: Update): void => {
    for (const listener of this.#listeners) listener.push(update);
  };

  #hold(update: Update): void {
    this.#buffer ??= [];
    if (this.#buffer.push(update) <= MAX_BUFFERED) return;
    this.#buffer.shift();
    this.#repeat = true;
  }

  #loseSync(): void {
    this.#buffer ??= [];
    if (this.#isRequesting) this.#repeat = true;
    else void this.#resync();
  }

  async #resync(): Promise<void> {
    const { signal } = this.#controller;
    this.#context.clock.clearTimeout(this.#timer);
    this.#isRequesting = true;
    do {
      this.#repeat = false;
      try {
        const hasNews = await this.#source.catchUp(this.#deliver, signal);
        this.#delay = hasNews ? MIN_DELAY : Math.min(MAX_DELAY, this.#delay * 1.5);
        if (!this.#repeat) this.#flush();
      } catch (error) {
        if (signal.aborted) return;
        this.#owner.onError(error);
        // The pair does not exist, so retrying cannot help.
        if (error instanceof InvalidSymbolError && !error.retryable) return this.end({ reason: error });
        this.#delay = Math.min(MAX_DELAY, this.#delay * 2);
        this.#repeat = false;
      }
    } while (this.#repeat && !signal.aborted);
    this.#isRequesting = false;
    if (signal.aborted) return;
    this.#schedule(this.#hasMessages && this.#buffer === undefined ? AUDIT_INTERVAL : this.#delay);
    this.#hasMessages = false;
  }

  #schedule(delay: number): void {
    const { clock } = this.#context;
    clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => void this.#resync(), delay);
  }

  /** Delivers the buffered messages, up to the first one that follows a gap. */
  #flush(): void {
    const updates = this.#buffer ?? [];
    for (const [index, update] of updates.entries()) {
      const news = this.#source.accept(update);
      if (news === undefined) {
        this.#buffer = updates.slice(index);
        this.#repeat = true;
        return;
      }
      for (const one of news) this.#deliver(one);
    }
    this.#buffer = undefined;
    this.#resolveWaiters();
  }

  #resolveWaiters(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}

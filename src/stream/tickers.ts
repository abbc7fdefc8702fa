import { tickMessage, type Tick } from "../endpoints/index.ts";
import type { InvalidSymbolError } from "../errors/index.ts";
import type { StreamContext } from "./context.ts";
import type { Message } from "./message.ts";
import { messageError } from "./messageError.ts";
import type { PairList } from "./pairs.ts";
import { PriceWatch, type PriceWatchOwner } from "./priceWatch.ts";
import type { Failure, Listener } from "./queue.ts";
import { deliverLastTrades, lastPrice, requestPrices } from "./restTicks.ts";
import { createSymbolCheck } from "./symbolCheck.ts";
import { TickFeeds, type TickFeed } from "./tickFeeds.ts";

export interface TickersOwner extends PriceWatchOwner {
  /** The symbols that are listened to have changed. */
  onSubscriptionsChanged(): void;
  onError(error: unknown): void;
}

/** The ticks of all symbols that are listened to. */
export class Tickers {
  readonly #context: StreamContext;
  readonly #owner: TickersOwner;
  readonly #feeds: TickFeeds;
  readonly #priceWatch: PriceWatch;

  constructor(context: StreamContext, pairs: PairList, owner: TickersOwner) {
    this.#context = context;
    this.#owner = owner;
    this.#feeds = new TickFeeds(context);
    const verifySymbols = createSymbolCheck(this.#feeds, pairs, (error) => this.#onUnknown(error));
    this.#priceWatch = new PriceWatch(context, this.#feeds, owner, verifySymbols);
  }

  /** The symbols with listeners of their own. */
  get symbols(): readonly string[] {
    return this.#feeds.symbols;
  }

  /** Whether there are listeners of all symbols. */
  get isAll(): boolean {
    return this.#feeds.isAll;
  }

  subscribe(symbols: readonly string[] | "all", listener: Listener<Tick>): () => void {
    this.#feeds.add(symbols, listener);
    this.#owner.onSubscriptionsChanged();
    this.#priceWatch.start();
    return () => {
      this.#feeds.remove(listener);
      this.#onRemoved();
    };
  }

  receive(tick: Tick): void {
    this.#feeds.receive(tick);
  }

  /** Decodes a tick whose message is not in the usual format. Returns whether that was possible. */
  receiveMessage(message: Message): boolean {
    let tick: Tick;
    try {
      tick = tickMessage.decode(message);
    } catch (error) {
      this.#owner.onError(messageError(error));
      return false;
    }
    this.receive(tick);
    return true;
  }

  /** Delivers the last trade of one symbol, or of all, if it is newer than the last tick. */
  async recover(symbol: string | undefined, signal: AbortSignal): Promise<void> {
    const feed = symbol === undefined ? undefined : this.#feeds.get(symbol);
    const behind = symbol === undefined ? await this.#findMoved(signal) : feed === undefined ? [] : [feed];
    await deliverLastTrades(this.#context, this.#feeds, behind, signal);
  }

  /** Ends iterators of this symbol. Handlers get no more of its ticks. */
  drop(symbol: string, failure: Failure): void {
    for (const listener of this.#feeds.delete(symbol)) listener.fail?.(failure);
    this.#onRemoved();
  }

  /** Ends iterators; handlers stay subscribed. */
  fail(failure: Failure): void {
    for (const listener of this.#feeds.listeners()) listener.fail?.(failure);
  }

  /** Ends all subscriptions. */
  end(failure?: Failure): void {
    for (const listener of this.#feeds.listeners()) listener.end(failure);
  }

  /** The feeds whose price by REST is not that of their last tick. */
  async #findMoved(signal: AbortSignal): Promise<readonly TickFeed[]> {
    const prices = await requestPrices(this.#context, this.#feeds, signal);
    return prices.flatMap(({ feed, price }) => (lastPrice(feed)?.eq(price) === true ? [] : [feed]));
  }

  #onUnknown(error: InvalidSymbolError): void {
    this.#owner.onError(error);
    this.drop(error.symbol, { reason: error });
  }

  #onRemoved(): void {
    if (this.#feeds.isEmpty) this.#priceWatch.stop();
    this.#owner.onSubscriptionsChanged();
  }
}

import type { CandleInterval, CandleUpdate, OrderUpdate, PortfolioUpdate } from "../endpoints/index.ts";
import { candlesSource } from "./candles.ts";
import { candlesChannel, candlesKey, ORDERS, PORTFOLIO, type Channel } from "./channel.ts";
import type { ChannelSource } from "./channelSource.ts";
import type { StreamContext } from "./context.ts";
import type { Message } from "./message.ts";
import { ordersSource, type OrdersStart } from "./orders.ts";
import type { PairList } from "./pairs.ts";
import { portfolioSource } from "./portfolio.ts";
import type { Failure, Listener } from "./queue.ts";
import { ResyncingChannel } from "./resyncingChannel.ts";

type ByKey<Update> = Map<string, ResyncingChannel<Update>>;
type AnyChannel = ResyncingChannel<CandleUpdate> | ResyncingChannel<OrderUpdate> | ResyncingChannel<PortfolioUpdate>;

export interface ResyncingChannelsOwner {
  onError(error: unknown): void;
  /** A channel has been added or removed. */
  onSubscriptionsChanged(): void;
}

/** The candle, order and portfolio channels that are subscribed to. */
export class ResyncingChannels {
  readonly #context: StreamContext;
  readonly #pairs: PairList;
  readonly #owner: ResyncingChannelsOwner;
  readonly #candles: ByKey<CandleUpdate> = new Map();
  readonly #orders: ByKey<OrderUpdate> = new Map();
  readonly #portfolio: ByKey<PortfolioUpdate> = new Map();

  constructor(context: StreamContext, pairs: PairList, owner: ResyncingChannelsOwner) {
    this.#context = context;
    this.#pairs = pairs;
    this.#owner = owner;
  }

  candles(symbol: string, interval: CandleInterval, listener: Listener<CandleUpdate>): () => void {
    const createSource = (): ChannelSource<CandleUpdate> => candlesSource(this.#context, this.#pairs, symbol, interval);
    return this.#subscribe(this.#candles, candlesChannel(symbol, interval), createSource, listener);
  }

  orders(listener: Listener<OrderUpdate>, start: OrdersStart): () => void {
    return this.#subscribe(this.#orders, ORDERS, () => ordersSource(this.#context, start), listener);
  }

  portfolio(listener: Listener<PortfolioUpdate>): () => void {
    return this.#subscribe(this.#portfolio, PORTFOLIO, () => portfolioSource(this.#context), listener);
  }

  channels(): readonly Channel[] {
    return this.#all().map(({ channel }) => channel);
  }

  find(key: string): AnyChannel | undefined {
    return this.#candles.get(key) ?? this.#orders.get(key) ?? this.#portfolio.get(key);
  }

  /** Returns whether the message can be decoded; undefined without a subscription to its channel. */
  receive(message: Message): boolean | undefined {
    const { channel, symbol, interval } = message;
    const key = channel === "candles" ? candlesKey(String(symbol), String(interval)) : String(channel);
    return this.find(key)?.receive(message);
  }

  /** Ends all subscriptions. */
  end(failure?: Failure): void {
    for (const channel of this.#all()) channel.end(failure);
  }

  /** Ends iterators; handlers stay subscribed. */
  fail(failure: Failure): void {
    for (const channel of this.#all()) channel.fail(failure);
  }

  #all(): readonly AnyChannel[] {
    return [...this.#candles.values(), ...this.#orders.values(), ...this.#portfolio.values()];
  }

  #subscribe<Update>(
    channels: ByKey<Update>,
    channel: Channel,
    createSource: () => ChannelSource<Update>,
    listener: Listener<Update>,
  ): () => void {
    let resyncing = channels.get(channel.key);
    if (resyncing === undefined) {
      resyncing = new ResyncingChannel(this.#context, channel, createSource(), {
        onError: (error) => this.#owner.onError(error),
        onUnused: () => {
          channels.delete(channel.key);
          this.#owner.onSubscriptionsChanged();
        },
      });
      channels.set(channel.key, resyncing);
    }
    const unsubscribe = resyncing.subscribe(listener);
    this.#owner.onSubscriptionsChanged();
    return unsubscribe;
  }
}

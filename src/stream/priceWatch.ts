import type { Decimal } from "../wire/index.ts";
import type { StreamContext } from "./context.ts";
import { RenewalBackoff } from "./renewalBackoff.ts";
import { deliverLastTrades, lastPrice, requestPrices } from "./restTicks.ts";
import type { TickFeed, TickFeeds } from "./tickFeeds.ts";

/** Milliseconds between two comparisons. */
const MIN_DELAY = 15_000;
const MAX_DELAY = 30_000;
/** Milliseconds that a tick may arrive later than its price by REST. */
const TICK_LAG = 5000;

export interface PriceWatchOwner {
  /** Whether the symbol has its own channel, instead of sharing that of all symbols. */
  hasOwnChannel(symbol: string): boolean;
  /** A channel is silent although the price has changed; undefined means the channel of all symbols. */
  onSilent(symbol: string | undefined): void;
}

/**
 * Compares last ticks with prices by REST. A feed is behind if REST reports another price twice while no tick arrives;
 * then the connection is renewed, or the last trade is taken from REST.
 */
export class PriceWatch {
  readonly #context: StreamContext;
  readonly #feeds: TickFeeds;
  readonly #owner: PriceWatchOwner;
  readonly #verifySymbols: (signal: AbortSignal) => Promise<void>;
  /** For the channel of all symbols. */
  readonly #renewalBackoff: RenewalBackoff;
  #comparedCount = -1;
  #delay = MIN_DELAY;
  /** Runs between two comparisons. */
  #timer: unknown;
  /** Ends the current watch; undefined while stopped. */
  #controller: AbortController | undefined;

  /** @param verifySymbols looks for symbols that do not exist; called after every comparison */
  constructor(
    context: StreamContext,
    feeds: TickFeeds,
    owner: PriceWatchOwner,
    verifySymbols: (signal: AbortSignal) => Promise<void>,
  ) {
    this.#context = context;
    this.#feeds = feeds;
    this.#owner = owner;
    this.#verifySymbols = verifySymbols;
    this.#renewalBackoff = new RenewalBackoff(context.clock);
  }

  /** Starts watching. If it is between two comparisons, verifies new symbols immediately. */
  start(): void {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      this.#delay = MIN_DELAY;
      void this.#check(this.#controller.signal);
    } else if (this.#timer !== undefined) {
      this.#verifySymbols(this.#controller.signal).catch(() => {
        // The next comparison tries again.
      });
    }
  }

  stop(): void {
    this.#context.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#controller?.abort();
    this.#controller = undefined;
  }

  async #check(signal: AbortSignal): Promise<void> {
    this.#timer = undefined;
    try {
      const isDisputed = await this.#compare(signal);
      this.#delay = isDisputed ? TICK_LAG : Math.min(MAX_DELAY, Math.max(MIN_DELAY, this.#delay * 1.5));
      await this.#verifySymbols(signal);
    } catch {
      // The next comparison tries again.
      this.#delay = MIN_DELAY;
    }
    if (!signal.aborted) this.#timer = this.#context.clock.setTimeout(() => void this.#check(signal), this.#delay);
  }

  /** Returns whether a price is disputed, so that it has to be compared again soon. */
  async #compare(signal: AbortSignal): Promise<boolean> {
    const prices = await requestPrices(this.#context, this.#feeds, signal);
    const { count } = this.#feeds;
    const isAllSilent = count === this.#comparedCount;
    if (!isAllSilent) this.#renewalBackoff.reset();
    this.#comparedCount = count;
    let isDisputed = false;
    const behind: TickFeed[] = [];
    for (const { feed, price } of prices) {
      const result = comparePrice(feed, price);
      if (result === "behind") behind.push(feed);
      else if (result === "disputed") isDisputed = true;
    }
    await this.#catchUp(behind, isAllSilent, signal);
    return isDisputed;
  }

  async #catchUp(behind: readonly TickFeed[], isAllSilent: boolean, signal: AbortSignal): Promise<void> {
    // A feed whose last tick had an impossible timestamp was not silent.
    const own = behind.filter((feed) => feed.last === feed.newest && this.#owner.hasOwnChannel(feed.symbol));
    const renewed = own.filter(({ renewalBackoff }) => renewalBackoff.tryAcquire());
    for (const { symbol } of renewed) this.#owner.onSilent(symbol);
    if (behind.length > own.length && isAllSilent && this.#renewalBackoff.tryAcquire()) this.#owner.onSilent(undefined);
    else {
      const others = behind.filter((feed) => !renewed.includes(feed));
      await deliverLastTrades(this.#context, this.#feeds, others, signal);
    }
  }
}

/** A different price is disputed at first, since its tick may be on the way. */
function comparePrice(feed: TickFeed, price: Decimal): "equal" | "disputed" | "behind" {
  const { count, disputedCount } = feed;
  const isSilent = feed.comparedCount === count;
  feed.comparedCount = count;
  if (!isSilent) feed.renewalBackoff.reset();
  const last = lastPrice(feed);
  if (last === undefined) {
    feed.restPrice = price;
    return "equal";
  }
  if (!isSilent || last.eq(price)) {
    feed.disputedCount = undefined;
    return "equal";
  }
  feed.disputedCount = count;
  return disputedCount === count ? "behind" : "disputed";
}

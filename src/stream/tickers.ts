import { getAllPrices, getRecentTrades, tickMessage, type PublicTrade, type Tick } from "../endpoints/index.ts";
import { InvalidSymbolError } from "../errors/index.ts";
import type { StreamContext } from "./context.ts";
import type { Decimal } from "../wire/index.ts";
import type { Message } from "./message.ts";
import type { PairList } from "./pairs.ts";
import type { Failure, Listener } from "./queue.ts";
import { createTickOrder, emptyHistory, type TickHistory } from "./tickOrder.ts";
import { undecodable } from "./undecodable.ts";

/** Milliseconds between two looks at the prices by REST. */
const SOONEST = 15_000;
const LATEST = 30_000;
/** Milliseconds that a tick may come later than its price by REST. */
const DOUBT = 5000;
/** Milliseconds for which a channel that stayed silent on a new connection is asked for by REST instead, at first and at most. */
const FIRST_PATIENCE = 60_000;
const LONGEST_PATIENCE = 960_000;
/** More pairs than this are not named in a request. */
const MOST_NAMED = 30;
/** Requests for last trades that are under way at once. */
const AT_ONCE = 8;

/** How long a silent channel is borne with. */
interface Patience {
  length: number;
  /** Of `clock.elapsed()`. */
  until: number;
}

/** What is known of one symbol. */
interface SymbolFeed extends TickHistory {
  readonly symbol: string;
  listeners: readonly Listener<Tick>[];
  ticks: number;
  /** How many of them had come when REST was asked last. */
  seen: number;
  /** When it began, of `clock.elapsed()`: trades before are nobody's loss. */
  readonly since: number;
  /** Whether there is such a pair is known. */
  isListed: boolean;
  /** What REST said before any tick came. */
  price: Decimal | undefined;
  /** How many ticks had come when REST knew another price than the last tick's. */
  doubtedAt: number | undefined;
  readonly patience: Patience;
}

/** What the tickers need of the connections. */
export interface TickersOwner {
  /** Some symbol is listened to for the first time, or no more. */
  rearrange(): void;
  /** A channel has fallen silent while the price moved: `undefined` means the channel of all symbols. */
  silent(symbol: string | undefined): void;
  hasOwnChannel(symbol: string): boolean;
  readonly pairs: PairList;
  report(error: unknown): void;
}

/** The ticks of all symbols that anybody listens to. */
export interface Tickers {
  readonly symbols: readonly string[];
  readonly all: boolean;
  listen(symbols: readonly string[] | "all", listener: Listener<Tick>): () => void;
  receive(tick: Tick): void;
  /** The same for a message that is written in another way than usual; whether it can be read. */
  read(message: Message): boolean;
  /** Gives the last trade of each, where it is newer than the last tick: of one symbol, or of all. */
  recover(symbol: string | undefined, signal: AbortSignal): Promise<void>;
  /** Ends the iterators only. */
  fail(failure: Failure): void;
  /** Ends the iterators that asked for this symbol, and what handlers have of it. */
  drop(symbol: string, failure: Failure): void;
  end(failure?: Failure): void;
}

export function createTickers(context: StreamContext, owner: TickersOwner): Tickers {
  const { clock } = context;
  const feeds = new Map<string, SymbolFeed>();
  let ofAll: readonly Listener<Tick>[] = [];
  let ticks = 0;
  let ticksSeen = -1;
  const patience = freshPatience();
  let delay = SOONEST;
  let timer: unknown;
  /** While anybody listens. */
  let life: AbortController | undefined;
  let verifying = false;
  const isNew = createTickOrder(context);

  function feedOf(symbol: string): SymbolFeed {
    let feed = feeds.get(symbol);
    if (feed === undefined) {
      feed = {
        symbol,
        listeners: [],
        ...emptyHistory(),
        ticks: 0,
        seen: -1,
        since: clock.elapsed(),
        isListed: false,
        price: undefined,
        doubtedAt: undefined,
        patience: freshPatience(),
      };
      feeds.set(symbol, feed);
    }
    return feed;
  }

  function receive(tick: Tick): void {
    const { symbol } = tick;
    const feed = feeds.get(symbol) ?? (ofAll.length > 0 ? feedOf(symbol) : undefined);
    if (feed === undefined) return;
    ticks++;
    feed.ticks++;
    give(feed, tick);
  }

  function give(feed: SymbolFeed, tick: Tick): void {
    if (!isNew(feed, tick)) return;
    const { listeners } = feed;
    const others = ofAll;
    for (let index = 0; index < listeners.length; index++) (listeners[index] as Listener<Tick>).push(tick);
    for (let index = 0; index < others.length; index++) (others[index] as Listener<Tick>).push(tick);
  }

  async function check(signal: AbortSignal): Promise<void> {
    timer = undefined;
    try {
      const suspects = await suspicious(signal);
      delay = suspects ? DOUBT : Math.min(LATEST, Math.max(SOONEST, delay * 1.5));
      await verify(signal);
    } catch {
      // The next look will do: nothing is known to be wrong.
      delay = SOONEST;
    }
    if (!signal.aborted) timer = clock.setTimeout(() => void check(signal), delay);
  }

  /** Ends what was subscribed to and does not exist: it would stay silent for ever. */
  async function verify(signal: AbortSignal): Promise<void> {
    if (verifying) return;
    verifying = true;
    try {
      for (let doubtful = unlisted(); doubtful.length > 0; doubtful = unlisted()) {
        const errors = await owner.pairs.unknown(doubtful, signal);
        for (const symbol of doubtful) {
          const feed = feeds.get(symbol);
          if (feed !== undefined) feed.isListed = true;
        }
        for (const error of errors) {
          owner.report(error);
          drop(error.symbol, { reason: error });
        }
      }
    } finally {
      verifying = false;
    }
  }

  /** Those of which neither a tick nor a price has come yet. */
  function unlisted(): readonly string[] {
    return [...feeds.values()]
      .filter((feed) => !feed.isListed && feed.last === undefined && feed.price === undefined)
      .map(({ symbol }) => symbol);
  }

  /** No ticks of this symbol will come. */
  function drop(symbol: string, failure: Failure): void {
    const listeners = feeds.get(symbol)?.listeners ?? [];
    feeds.delete(symbol);
    for (const listener of listeners) listener.fail?.(failure);
    rest();
    owner.rearrange();
  }

  /** Compares last ticks with prices by REST; whether some have to be looked at again soon. */
  async function suspicious(signal: AbortSignal): Promise<boolean> {
    const prices = await context.request(getAllPrices, queryOf(), { signal });
    const isSilent = ticks === ticksSeen;
    if (!isSilent) Object.assign(patience, freshPatience());
    ticksSeen = ticks;
    let doubt = false;
    const behind: SymbolFeed[] = [];
    for (const { symbol, price } of prices) {
      const feed = ofAll.length > 0 ? feedOf(symbol) : feeds.get(symbol);
      if (feed === undefined) continue;
      const known = feed.last?.price ?? feed.price;
      const isQuiet = feed.seen === feed.ticks;
      if (!isQuiet) Object.assign(feed.patience, freshPatience());
      if (known === undefined) feed.price = price;
      else if (isQuiet && !known.eq(price)) {
        if (feed.doubtedAt === feed.ticks) behind.push(feed);
        else doubt = true;
        feed.doubtedAt = feed.ticks;
      } else feed.doubtedAt = undefined;
      feed.seen = feed.ticks;
    }
    // One whose last tick has a time that cannot be right was not silent.
    const own = behind.filter((feed) => feed.last === feed.newest && owner.hasOwnChannel(feed.symbol));
    const silent = own.filter((feed) => isOver(feed.patience));
    for (const { symbol } of silent) owner.silent(symbol);
    const others = behind.filter((feed) => !silent.includes(feed));
    if (others.length > own.length - silent.length && isSilent && isOver(patience)) owner.silent(undefined);
    else await lastTrades(others, signal);
    return doubt;
  }

  /** Whether a new connection may help; after one that did not, that takes longer. */
  function isOver(own: Patience): boolean {
    if (clock.elapsed() < own.until) return false;
    own.until = clock.elapsed() + own.length;
    own.length = Math.min(LONGEST_PATIENCE, own.length * 2);
    return true;
  }

  function queryOf(): { readonly symbols?: readonly string[] } {
    return ofAll.length > 0 || feeds.size > MOST_NAMED ? {} : { symbols: [...feeds.keys()] };
  }

  async function lastTrades(behind: readonly SymbolFeed[], signal: AbortSignal): Promise<void> {
    const left = behind.values();
    const work = async (): Promise<void> => {
      for (const feed of left) {
        const trade = await lastTrade(feed.symbol, signal);
        if (trade === undefined) continue;
        feed.price = trade.price;
        if (feed.last === undefined && trade.time.getTime() < context.serverTime.at(feed.since)) continue;
        // Where the last tick's time could not be right, REST decides what was last, even if it was given before.
        if (feed.last !== feed.newest) feed.newest = undefined;
        const { price, quantity, isBuyerMaker, time } = trade;
        give(feed, { symbol: feed.symbol, price, quantity, timestamp: time, isBuyerMaker, source: "poll" });
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, behind.length) }, work));
  }

  /** Undefined where there is none, or no such pair: the platform takes subscriptions to anything. */
  async function lastTrade(symbol: string, signal: AbortSignal): Promise<PublicTrade | undefined> {
    try {
      return (await context.request(getRecentTrades, { symbol, limit: 1 }, { signal }))[0];
    } catch (error) {
      if (error instanceof InvalidSymbolError) return undefined;
      throw error;
    }
  }

  function begin(): void {
    if (life === undefined) {
      life = new AbortController();
      delay = SOONEST;
      void check(life.signal);
    } else if (timer !== undefined) {
      // Between two looks at the prices, of which the next would say it late.
      verify(life.signal).catch(() => {});
    }
  }

  function rest(): void {
    if (feeds.size > 0 || ofAll.length > 0) return;
    clock.clearTimeout(timer);
    timer = undefined;
    life?.abort();
    life = undefined;
  }

  /** Every listener once. */
  function everyone(): ReadonlySet<Listener<Tick>> {
    return new Set([...[...feeds.values()].flatMap(({ listeners }) => listeners), ...ofAll]);
  }

  return {
    get symbols() {
      return [...feeds.values()].filter(({ listeners }) => listeners.length > 0).map(({ symbol }) => symbol);
    },
    get all() {
      return ofAll.length > 0;
    },
    listen(symbols, listener) {
      if (symbols === "all") ofAll = [...ofAll, listener];
      else for (const symbol of symbols) feedOf(symbol).listeners = [...feedOf(symbol).listeners, listener];
      owner.rearrange();
      begin();
      return () => {
        const without = (list: readonly Listener<Tick>[]): readonly Listener<Tick>[] =>
          list.filter((other) => other !== listener);
        ofAll = without(ofAll);
        for (const feed of feeds.values()) {
          if (feed.listeners.includes(listener)) feed.listeners = without(feed.listeners);
          if (feed.listeners.length === 0 && ofAll.length === 0) feeds.delete(feed.symbol);
        }
        rest();
        owner.rearrange();
      };
    },
    receive,
    read(message) {
      let tick: Tick;
      try {
        tick = tickMessage.decode(message);
      } catch (error) {
        owner.report(undecodable(error));
        return false;
      }
      receive(tick);
      return true;
    },
    async recover(symbol, signal) {
      if (symbol !== undefined) {
        const feed = feeds.get(symbol);
        if (feed !== undefined) await lastTrades([feed], signal);
        return;
      }
      const prices = await context.request(getAllPrices, queryOf(), { signal });
      const moved = prices.flatMap(({ symbol: name, price }) => {
        const feed = ofAll.length > 0 ? feedOf(name) : feeds.get(name);
        if (feed === undefined) return [];
        const known = feed.last?.price ?? feed.price;
        return known !== undefined && known.eq(price) ? [] : [feed];
      });
      await lastTrades(moved, signal);
    },
    drop,
    fail(failure) {
      for (const listener of everyone()) listener.fail?.(failure);
    },
    end(failure) {
      for (const listener of everyone()) listener.end(failure);
    },
  };
}

function freshPatience(): Patience {
  return { length: FIRST_PATIENCE, until: -Infinity };
}

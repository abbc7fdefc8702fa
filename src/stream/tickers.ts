import { getAllPrices, getRecentTrades, tickMessage, type Tick } from "../endpoints/index.ts";
import { call, type Transport } from "../transport/index.ts";
import type { Decimal } from "../wire/index.ts";
import type { Message } from "./connection.ts";
import type { Listener } from "./queue.ts";
import { undecodable } from "./undecodable.ts";

/** Milliseconds between two looks at the prices by REST. */
const SOONEST = 15_000;
const LATEST = 60_000;
/** Milliseconds that a tick may come later than its price by REST. */
const DOUBT = 5000;
/** After silences that a new connection did not end. */
const LONGEST = 300_000;
/** Requests for last trades that are under way at once. */
const AT_ONCE = 8;

/** What is known of one symbol. */
interface SymbolFeed {
  readonly symbol: string;
  listeners: readonly Listener<Tick>[];
  last: Tick | undefined;
  /** Time of the last tick in Unix milliseconds. */
  time: number;
  /** Others of the same millisecond. */
  peers: Tick[] | undefined;
  ticks: number;
  /** How many of them had come when REST was asked last. */
  seen: number;
  /** When it began, by the platform's clock: trades before are nobody's loss. */
  readonly since: number;
  /** What REST said before any tick came. */
  price: Decimal | undefined;
  /** How many ticks had come when REST knew another price than the last tick's. */
  doubtedAt: number | undefined;
}

/** What the tickers need of the connections. */
export interface TickersOwner {
  /** Some symbol is listened to for the first time, or no more. */
  rearrange(): void;
  /** A channel has fallen silent while the price moved: `undefined` means the channel of all symbols. */
  silent(symbol: string | undefined): void;
  hasOwnChannel(symbol: string): boolean;
  report(error: unknown): void;
}

/** The ticks of all symbols that anybody listens to. */
export interface Tickers {
  readonly symbols: readonly string[];
  readonly all: boolean;
  listen(symbols: readonly string[] | "all", listener: Listener<Tick>): () => void;
  receive(message: Message): void;
  /** Gives the last trade of each, where it is newer than the last tick: of one symbol, or of all. */
  recover(symbol: string | undefined): Promise<void>;
  end(failure?: { readonly reason: unknown }): void;
}

export function createTickers(transport: Transport, owner: TickersOwner): Tickers {
  const { clock } = transport;
  const feeds = new Map<string, SymbolFeed>();
  let ofAll: readonly Listener<Tick>[] = [];
  let ticks = 0;
  let ticksAtDoubt = 0;
  let delay = SOONEST;
  let soonest = SOONEST;
  let timer: unknown;
  let checking: AbortController | undefined;

  function feedOf(symbol: string): SymbolFeed {
    let feed = feeds.get(symbol);
    if (feed === undefined) {
      feed = {
        symbol,
        listeners: [],
        last: undefined,
        time: 0,
        peers: undefined,
        ticks: 0,
        seen: -1,
        since: transport.server.now(),
        price: undefined,
        doubtedAt: undefined,
      };
      feeds.set(symbol, feed);
    }
    return feed;
  }

  function receive(message: Message): void {
    let feed = feeds.get(message.symbol as string);
    if (feed === undefined) {
      if (ofAll.length === 0 || typeof message.symbol !== "string") return;
      feed = feedOf(message.symbol);
    }
    let tick: Tick;
    try {
      tick = tickMessage.decode(message);
    } catch (error) {
      owner.report(undecodable(error));
      return;
    }
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

  async function check(): Promise<void> {
    timer = undefined;
    const { signal } = (checking = new AbortController());
    try {
      const suspects = await suspicious(signal);
      delay = suspects ? DOUBT : Math.min(LATEST, Math.max(soonest, delay * 1.5));
    } catch {
      // The next look will do: nothing is known to be wrong.
      delay = LATEST;
    }
    if (!signal.aborted) timer = clock.setTimeout(() => void check(), delay);
  }

  /** Compares last ticks with prices by REST; whether some have to be looked at again soon. */
  async function suspicious(signal: AbortSignal): Promise<boolean> {
    const before = ticks;
    const { prices } = await call(transport, getAllPrices, queryOf(), { signal });
    let doubt = false;
    const behind: SymbolFeed[] = [];
    for (const { symbol, price } of prices) {
      const feed = ofAll.length > 0 ? feedOf(symbol) : feeds.get(symbol);
      if (feed === undefined) continue;
      const known = feed.last?.price ?? feed.price;
      if (known === undefined) feed.price = price;
      else if (known.eq(price)) feed.doubtedAt = undefined;
      else if (feed.doubtedAt === feed.ticks) behind.push(feed);
      else if (feed.seen === feed.ticks) {
        feed.doubtedAt = feed.ticks;
        doubt = true;
      }
      feed.seen = feed.ticks;
    }
    const silent = behind.filter(({ symbol }) => owner.hasOwnChannel(symbol)).map(({ symbol }) => symbol);
    const allSilent = silent.length < behind.length && ticks === ticksAtDoubt;
    for (const feed of behind) feed.doubtedAt = undefined;
    if (doubt) ticksAtDoubt = before;
    if (silent.length > 0 || allSilent) {
      soonest = Math.min(LONGEST, soonest * 2);
      for (const symbol of silent) owner.silent(symbol);
      if (allSilent) owner.silent(undefined);
    } else if (behind.length > 0) await lastTrades(behind, signal);
    else if (ticks > before) soonest = SOONEST;
    return doubt;
  }

  function queryOf(): { readonly symbols?: readonly string[] } {
    return ofAll.length > 0 ? {} : { symbols: [...feeds.keys()] };
  }

  async function lastTrades(behind: readonly SymbolFeed[], signal: AbortSignal): Promise<void> {
    const left = behind.values();
    const work = async (): Promise<void> => {
      for (const feed of left) {
        const { trades } = await call(transport, getRecentTrades, { symbol: feed.symbol, limit: 1 }, { signal });
        const [trade] = trades;
        if (trade === undefined) continue;
        feed.price = trade.price;
        if (trade.time.getTime() < (feed.last === undefined ? feed.since : feed.time)) continue;
        const { price, quantity, isBuyerMaker, time } = trade;
        give(feed, { symbol: feed.symbol, price, quantity, timestamp: time, isBuyerMaker, source: "poll" });
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, behind.length) }, work));
  }

  function begin(): void {
    if (timer !== undefined || checking !== undefined) return;
    delay = soonest = SOONEST;
    void check();
  }

  function rest(): void {
    if (feeds.size > 0 || ofAll.length > 0) return;
    clock.clearTimeout(timer);
    timer = undefined;
    checking?.abort();
    checking = undefined;
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
    async recover(symbol) {
      const signal = (checking ??= new AbortController()).signal;
      if (symbol !== undefined) {
        const feed = feeds.get(symbol);
        if (feed !== undefined) await lastTrades([feed], signal);
        return;
      }
      const { prices } = await call(transport, getAllPrices, queryOf(), { signal });
      const moved = prices.flatMap(({ symbol: name, price }) => {
        const feed = ofAll.length > 0 ? feedOf(name) : feeds.get(name);
        if (feed === undefined) return [];
        const known = feed.last?.price ?? feed.price;
        return known !== undefined && known.eq(price) ? [] : [feed];
      });
      await lastTrades(moved, signal);
    },
    end(failure) {
      const everyone = new Set([...ofAll, ...[...feeds.values()].flatMap(({ listeners }) => listeners)]);
      for (const listener of everyone) listener.end(failure);
    },
  };
}

/** Whether a tick is neither late nor the same one again. */
function isNew(feed: SymbolFeed, tick: Tick): boolean {
  const time = tick.timestamp.getTime();
  const { last } = feed;
  if (time < feed.time) return false;
  if (last === undefined || time > feed.time) feed.peers = undefined;
  else {
    if (isSame(last, tick) || feed.peers?.some((peer) => isSame(peer, tick)) === true) return false;
    (feed.peers ??= []).push(last);
  }
  feed.last = tick;
  feed.time = time;
  return true;
}

function isSame(one: Tick, other: Tick): boolean {
  return one.price.eq(other.price) && one.quantity.eq(other.quantity) && one.isBuyerMaker === other.isBuyerMaker;
}

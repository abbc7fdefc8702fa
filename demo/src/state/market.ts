import { effect, signal } from "@preact/signals";
import type { Candle, CandleInterval, CandleUpdate, Orderbook, Tick, Ticker } from "agentexchange";
import { follow, isLive, onTick, stream } from "../feed.ts";
import { route } from "../route.ts";
import { opened } from "./connection.ts";

const SECOND = 1000;
const CANDLES = 200;
const TRADES = 16;

export const interval = signal<CandleInterval>("5m");

/** A candle with what the page shows of it. */
export type ShownCandle = Omit<Candle, "tradeCount">;

/** A trade of anybody, as it is listed or streamed. */
export type ShownTrade = Pick<Tick, "price" | "quantity" | "timestamp" | "isBuyerMaker">;

/** Oldest first; null until they are known. */
export const candles = signal<readonly ShownCandle[] | null>(null);
export const book = signal<Orderbook | null>(null);
/** Newest first; null until they are known. */
export const trades = signal<readonly ShownTrade[] | null>(null);
export const ticker = signal<Ticker | null>(null);

// Another pair or connection has figures of its own.
effect(() => {
  void [opened.value, route.value.symbol];
  candles.value = null;
  book.value = null;
  trades.value = null;
  ticker.value = null;
});

/** Keeps the market of the chosen pair up to date; gives back what ends that. */
export function followMarket(): () => void {
  const pair = (): string => route.value.symbol;
  const stops = [
    follow(
      "candles",
      SECOND,
      async (client, stop) => {
        const known = candles.peek();
        if (known !== null && isLive()) return;
        const { symbol } = route.peek();
        const query = { interval: interval.peek(), limit: known === null ? CANDLES : 2 };
        const next = await client.getCandles(symbol, query, { signal: stop });
        candles.value = merged(known ?? [], next);
      },
      () => [pair(), interval.value],
    ),
    follow(
      "order book",
      SECOND,
      async (client, stop) => {
        book.value = await client.getOrderbook(route.peek().symbol, { depth: 10 }, { signal: stop });
      },
      pair,
    ),
    follow(
      "public trades",
      SECOND,
      async (client, stop) => {
        if (trades.peek() !== null && isLive()) return;
        const listed = await client.getRecentTrades(route.peek().symbol, { limit: TRADES }, { signal: stop });
        trades.value = listed.map(({ time, ...trade }) => Object.assign(trade, { timestamp: time }));
      },
      pair,
    ),
    follow(
      "ticker",
      SECOND,
      async (client, stop) => {
        ticker.value = await client.getTicker(route.peek().symbol, { signal: stop });
      },
      pair,
    ),
    effect(() => stream.value?.onCandles(pair(), interval.value, grow)),
    onTick((tick) => {
      const known = trades.peek();
      if (known === null || tick.symbol !== route.peek().symbol) return;
      const newest = known[0]?.timestamp ?? tick.timestamp;
      if (tick.timestamp >= newest) trades.value = [tick, ...known].slice(0, TRADES);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

export function setInterval(next: CandleInterval): void {
  candles.value = null;
  interval.value = next;
}

function grow(candle: CandleUpdate): void {
  const known = candles.peek();
  if (known !== null && candle.symbol === route.peek().symbol && candle.interval === interval.peek())
    candles.value = merged(known, [candle]);
}

/** The newest candles replace those of the same time, and come after the others. */
function merged(known: readonly ShownCandle[], next: readonly ShownCandle[]): readonly ShownCandle[] {
  const first = next[0]?.time.getTime() ?? Infinity;
  return [...known.filter(({ time }) => time.getTime() < first), ...next].slice(-CANDLES);
}

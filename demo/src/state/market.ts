import { effect, signal } from "@preact/signals";
import type { Candle, CandleInterval, Orderbook, PublicTrade, Ticker } from "agentexchange";
import { follow } from "../feed.ts";
import { route } from "../route.ts";
import { opened } from "./connection.ts";

const SECOND = 1000;
const CANDLES = 200;
const TRADES = 16;

export const interval = signal<CandleInterval>("5m");
/** Oldest first; null until they are known. */
export const candles = signal<readonly Candle[] | null>(null);
export const book = signal<Orderbook | null>(null);
export const trades = signal<readonly PublicTrade[] | null>(null);
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
        const symbol = route.peek().symbol;
        const known = candles.peek();
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
        trades.value = await client.getRecentTrades(route.peek().symbol, { limit: TRADES }, { signal: stop });
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
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

export function setInterval(next: CandleInterval): void {
  candles.value = null;
  interval.value = next;
}

/** The newest candles replace those of the same time, and come after the others. */
function merged(known: readonly Candle[], next: readonly Candle[]): readonly Candle[] {
  const first = next[0]?.time.getTime() ?? Infinity;
  return [...known.filter(({ time }) => time.getTime() < first), ...next].slice(-CANDLES);
}

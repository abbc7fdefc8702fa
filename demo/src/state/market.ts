import { effect, signal } from "@preact/signals";
import type { Candle, CandleInterval, CandleUpdate, Orderbook, Tick, Ticker } from "agentexchange";
import { getCandles, getOrderbook, getRecentTrades, getTicker } from "agentexchange/core";
import { poll, isStreamLive, onTick, stream } from "../feed.ts";
import { route } from "../route.ts";
import { connectionCount } from "./connection.ts";

const SECOND = 1000;
const CANDLES = 200;
const TRADES = 16;

export const interval = signal<CandleInterval>("5m");

/** The fields of a candle that the page shows. */
export type ChartCandle = Omit<Candle, "tradeCount">;

/** A public trade, from REST or the stream. */
export type DisplayedTrade = Pick<Tick, "price" | "quantity" | "timestamp" | "isBuyerMaker">;

/** Oldest first; null until loaded. */
export const candles = signal<readonly ChartCandle[] | null>(null);
export const book = signal<Orderbook | null>(null);
/** Newest first; null until loaded. */
export const trades = signal<readonly DisplayedTrade[] | null>(null);
export const ticker = signal<Ticker | null>(null);

// A new pair or connection invalidates everything shown.
effect(() => {
  void [connectionCount.value, route.value.symbol];
  candles.value = null;
  book.value = null;
  trades.value = null;
  ticker.value = null;
});

/** Keeps the selected pair's market data up to date; returns a function that stops it. */
export function followMarket(): () => void {
  const pair = (): string => route.value.symbol;
  const stops = [
    poll(
      "candles",
      SECOND,
      async (client, abort) => {
        const known = candles.peek();
        if (known !== null && isStreamLive()) return;
        const { symbol } = route.peek();
        const query = { interval: interval.peek(), limit: known === null ? CANDLES : 2 };
        const next = await client.send(getCandles, symbol, query, { signal: abort });
        candles.value = mergeCandles(known ?? [], next);
      },
      () => [pair(), interval.value],
    ),
    poll(
      "order book",
      SECOND,
      async (client, abort) => {
        book.value = await client.send(getOrderbook, route.peek().symbol, { depth: 10 }, { signal: abort });
      },
      pair,
    ),
    poll(
      "public trades",
      SECOND,
      async (client, abort) => {
        if (trades.peek() !== null && isStreamLive()) return;
        const listed = await client.send(getRecentTrades, route.peek().symbol, { limit: TRADES }, { signal: abort });
        trades.value = listed.map(({ time, ...trade }) => Object.assign(trade, { timestamp: time }));
      },
      pair,
    ),
    poll(
      "ticker",
      SECOND,
      async (client, abort) => {
        ticker.value = await client.send(getTicker, route.peek().symbol, { signal: abort });
      },
      pair,
    ),
    effect(() => stream.value?.onCandles(pair(), interval.value, applyCandle)),
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

export function selectInterval(next: CandleInterval): void {
  candles.value = null;
  interval.value = next;
}

function applyCandle(candle: CandleUpdate): void {
  const known = candles.peek();
  if (known !== null && candle.symbol === route.peek().symbol && candle.interval === interval.peek())
    candles.value = mergeCandles(known, [candle]);
}

/** Merges new candles: they replace those with the same time and follow the others. */
function mergeCandles(known: readonly ChartCandle[], next: readonly ChartCandle[]): readonly ChartCandle[] {
  const first = next[0]?.time.getTime() ?? Infinity;
  return [...known.filter(({ time }) => time.getTime() < first), ...next].slice(-CANDLES);
}

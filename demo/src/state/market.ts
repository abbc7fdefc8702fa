import { computed } from "@preact/signals";
import type { Decimal, Orderbook, Tick, Ticker } from "agentexchange";
import { getOrderbook, getRecentTrades, getTicker } from "agentexchange/core";
import { followPrices, isStreamLive, onTicks } from "../feed.ts";
import { route } from "../route.ts";
import { pairs } from "./board.ts";
import { candles } from "./candles.ts";
import { connectionCount } from "./connection.ts";
import { startAll } from "./cleanup.ts";
import { keyed } from "./keyed.ts";
import { poll } from "./poll.ts";

const SECOND = 1000;
const TRADES = 24;
const MIN_DECIMALS = 2;
const MAX_DECIMALS = 12;

/** A public trade, from REST or the stream. */
export type DisplayedTrade = Pick<Tick, "price" | "quantity" | "timestamp" | "isBuyerMaker">;

export const book = keyed<Orderbook | null>(source, null);
/** Newest first; null until loaded. */
export const trades = keyed<readonly DisplayedTrade[] | null>(source, null);
export const ticker = keyed<Ticker | null>(source, null);

/** What is shown belongs to one connection and pair. */
function source(): string {
  return `${connectionCount.value} ${route.value.symbol}`;
}

/** The most decimals that any of these has; as far as a column of them needs. */
function decimalsOf(values: readonly Decimal[], min: number, max: number): number {
  return Math.min(
    max,
    values.reduce((most, value) => Math.max(most, value.decimalPlaces()), min),
  );
}

const levels = computed(() => (book.value === null ? [] : [...book.value.asks, ...book.value.bids]));

/** Decimals of the pair's prices: as fine as the book and the last candles are, since no service says it. */
export const priceDecimals = computed(() =>
  decimalsOf(
    [
      ...levels.value.map(({ price }) => price),
      ...(candles.value ?? []).slice(-TRADES).flatMap(({ open, high, low, close }) => [open, high, low, close]),
    ],
    MIN_DECIMALS,
    MAX_DECIMALS,
  ),
);

/** Decimals of the pair's step, which bound those of its quantities. */
const stepDecimals = computed(
  () => pairs.value.find(({ symbol }) => symbol === route.value.symbol)?.stepSize.decimalPlaces() ?? MAX_DECIMALS,
);

/** Decimals of the quantities in the book. */
export const bookDecimals = computed(() =>
  decimalsOf(
    levels.value.map(({ quantity }) => quantity),
    0,
    stepDecimals.value,
  ),
);

/** Decimals of the quantities of public trades. */
export const tradeDecimals = computed(() =>
  decimalsOf(
    (trades.value ?? []).map(({ quantity }) => quantity),
    0,
    stepDecimals.value,
  ),
);

/** Keeps the selected pair's market data up to date; returns a function that stops it. */
export function followMarket(): () => void {
  return startAll(followPrices, followBook, followTrades, followTicker);
}

const pair = (): string => route.value.symbol;

function followBook(): () => void {
  return poll({
    name: "order book",
    period: SECOND,
    depends: pair,
    async task(client, abort) {
      book.value = await client.send(getOrderbook, route.peek().symbol, { depth: 10 }, { signal: abort });
    },
  });
}

/** Puts the ticks of a pair in front of its trades, unless the list is newer: it was loaded after they were sent. */
export function newestTrades(
  known: readonly DisplayedTrade[],
  ticks: readonly Tick[],
  symbol: string,
): readonly DisplayedTrade[] {
  const loaded = known[0]?.timestamp.getTime() ?? -Infinity;
  const added = ticks.filter((tick) => tick.symbol === symbol && tick.timestamp.getTime() >= loaded).slice(-TRADES);
  return added.length === 0 ? known : [...added.toReversed(), ...known].slice(0, TRADES);
}

function followTrades(): () => void {
  // What was streamed while nobody followed is missing.
  let isLoaded = false;
  return startAll(
    () =>
      poll({
        name: "public trades",
        period: SECOND,
        depends: pair,
        async task(client, abort) {
          if (isLoaded && trades.peek() !== null && isStreamLive()) return;
          const listed = await client.send(getRecentTrades, route.peek().symbol, { limit: TRADES }, { signal: abort });
          trades.value = listed.map(({ time, ...trade }) => Object.assign(trade, { timestamp: time }));
          isLoaded = true;
        },
      }),
    () =>
      onTicks((ticks) => {
        const known = trades.peek();
        if (known !== null) trades.value = newestTrades(known, ticks, route.peek().symbol);
      }),
  );
}

function followTicker(): () => void {
  return poll({
    name: "ticker",
    period: SECOND,
    depends: pair,
    async task(client, abort) {
      ticker.value = await client.send(getTicker, route.peek().symbol, { signal: abort });
    },
  });
}

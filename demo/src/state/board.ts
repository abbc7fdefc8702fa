import { computed, effect, signal } from "@preact/signals";
import type { Candle, Pair, SnapshotEntry } from "agentexchange";
import { getCandles, getPairs, marketSnapshot, type Client } from "agentexchange/core";
import { poll } from "../feed.ts";
import { recordFailure, onRequest, type RequestTiming } from "./calls.ts";
import { connectionCount } from "./connection.ts";

export const MAX_SYMBOLS = 50;
const DEFAULT_SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"];
const PERIOD = 1000;
const CANDLES_PERIOD = 30_000;
const CANDLES = 48;

export type Mode = "concurrent" | "sequential";

/** A snapshot entry and its arrival in milliseconds of `performance.now()`. */
export interface Tile {
  readonly entry: SnapshotEntry;
  readonly receivedAt: number;
}

/** One snapshot of all symbols and its requests. */
export interface Round {
  readonly mode: Mode;
  /** In milliseconds of `performance.now()`. */
  readonly start: number;
  readonly duration: number;
  readonly requests: readonly RequestTiming[];
}

export const symbols = signal<readonly string[]>(parseSymbols(location.search));
export const mode = signal<Mode>("concurrent");
export const paused = signal(false);
export const tiles = signal<ReadonlyMap<string, Tile>>(new Map());
export const round = signal<Round | null>(null);
export const candles = signal<ReadonlyMap<string, readonly Candle[]>>(new Map());
/** All listed pairs with a price. */
export const pairs = signal<readonly Pair[]>([]);

/** Total duration of the last round's calls in milliseconds. */
export const totalDuration = computed(() =>
  (round.value?.requests ?? []).reduce((all, trip) => all + trip.completedAt - trip.queuedAt, 0),
);

function parseSymbols(search: string): readonly string[] {
  const wanted = new URLSearchParams(search)
    .get("symbols")
    ?.toUpperCase()
    .match(/[A-Z0-9]+/g);
  return [...new Set(wanted ?? DEFAULT_SYMBOLS)].slice(0, MAX_SYMBOLS);
}

/** Sets the board's symbols and stores them in the URL. */
export function setSymbols(next: readonly string[]): void {
  symbols.value = [...new Set(next)].slice(0, MAX_SYMBOLS);
  const { pathname, hash } = location;
  history.replaceState(null, "", `${pathname}?symbols=${symbols.value.join(",")}${hash}`);
}

/** Keeps the board up to date; returns a function that stops it. */
export function followBoard(): () => void {
  const stops = [
    poll("snapshot", PERIOD, loadRound, () => [symbols.value, mode.value, paused.value]),
    poll("candles", CANDLES_PERIOD, loadCandles, () => symbols.value),
    poll("pairs", CANDLES_PERIOD, async (client, abort) => {
      if (pairs.peek().length > 0) return;
      const listed = await client.send(getPairs, {}, { signal: abort });
      pairs.value = listed.filter(({ hasPrice }) => hasPrice);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

// A new connection invalidates everything shown.
effect(() => {
  void connectionCount.value;
  tiles.value = new Map();
  round.value = null;
  candles.value = new Map();
  pairs.value = [];
});

async function loadRound(client: Client, abort: AbortSignal): Promise<void> {
  if (paused.peek() || symbols.peek().length === 0) return;
  const wanted = symbols.peek();
  const how = mode.peek();
  const trips: RequestTiming[] = [];
  const start = performance.now();
  const end = onRequest((trip) => {
    if ((trip.name === "getPrice" || trip.name === "getTicker") && trip.queuedAt >= start - 1) trips.push(trip);
  });
  try {
    for (const group of how === "concurrent" ? [wanted] : wanted.map((symbol) => [symbol])) {
      const { entries } = await client.send(marketSnapshot, group, { signal: abort });
      const at = performance.now();
      const next = new Map(tiles.peek());
      for (const entry of entries) {
        if (entry.error !== null) recordFailure(`snapshot of ${entry.symbol}`, entry.error);
        next.set(entry.symbol, { entry, receivedAt: at });
      }
      tiles.value = next;
    }
    round.value = { mode: how, start, duration: performance.now() - start, requests: trips };
  } finally {
    end();
  }
}

async function loadCandles(client: Client, abort: AbortSignal): Promise<void> {
  const wanted = symbols.peek();
  const all = await Promise.allSettled(
    wanted.map((symbol) => client.send(getCandles, symbol, { interval: "5m", limit: CANDLES }, { signal: abort })),
  );
  // The tile of a pair without candles already shows the error.
  candles.value = new Map(
    all.flatMap((result, index) => (result.status === "fulfilled" ? [[wanted[index] ?? "", result.value]] : [])),
  );
}

import { computed, effect, signal } from "@preact/signals";
import type { AgentExchangeClient, Candle, Pair, SnapshotEntry } from "agentexchange";
import { follow } from "../feed.ts";
import { noteFailure, onTrip, type Trip } from "./calls.ts";
import { opened } from "./connection.ts";

export const MOST_SYMBOLS = 50;
const FIRST_SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"];
const PERIOD = 1000;
const CANDLES_PERIOD = 30_000;
const CANDLES = 48;

export type Mode = "together" | "apart";

/** An entry of a snapshot and when it came, in milliseconds of `performance.now()`. */
export interface Tile {
  readonly entry: SnapshotEntry;
  readonly at: number;
}

/** One snapshot of all symbols, and the requests that it was made of. */
export interface Round {
  readonly mode: Mode;
  /** In milliseconds of `performance.now()`. */
  readonly start: number;
  readonly took: number;
  readonly trips: readonly Trip[];
}

export const symbols = signal<readonly string[]>(symbolsOf(location.search));
export const mode = signal<Mode>("together");
export const paused = signal(false);
export const tiles = signal<ReadonlyMap<string, Tile>>(new Map());
export const round = signal<Round | null>(null);
export const candles = signal<ReadonlyMap<string, readonly Candle[]>>(new Map());
/** Every listed pair that has a price. */
export const pairs = signal<readonly Pair[]>([]);

/** The time that the calls of the last round took, added up. */
export const sum = computed(() => (round.value?.trips ?? []).reduce((all, trip) => all + trip.over - trip.began, 0));

function symbolsOf(search: string): readonly string[] {
  const wanted = new URLSearchParams(search)
    .get("symbols")
    ?.toUpperCase()
    .match(/[A-Z0-9]+/g);
  return [...new Set(wanted ?? FIRST_SYMBOLS)].slice(0, MOST_SYMBOLS);
}

/** Shows these symbols from now on, and in the address. */
export function setSymbols(next: readonly string[]): void {
  symbols.value = [...new Set(next)].slice(0, MOST_SYMBOLS);
  const { pathname, hash } = location;
  history.replaceState(null, "", `${pathname}?symbols=${symbols.value.join(",")}${hash}`);
}

/** Keeps the board up to date; gives back what ends that. */
export function followBoard(): () => void {
  const stops = [
    follow("snapshot", PERIOD, takeRound, () => [symbols.value, mode.value, paused.value]),
    follow("candles", CANDLES_PERIOD, takeCandles, () => symbols.value),
    follow("pairs", CANDLES_PERIOD, async (client, stop) => {
      if (pairs.peek().length > 0) return;
      const listed = await client.getPairs({}, { signal: stop });
      pairs.value = listed.filter(({ hasPrice }) => hasPrice);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

// Another connection has figures of its own.
effect(() => {
  void opened.value;
  tiles.value = new Map();
  round.value = null;
  candles.value = new Map();
  pairs.value = [];
});

async function takeRound(client: AgentExchangeClient, stop: AbortSignal): Promise<void> {
  if (paused.peek() || symbols.peek().length === 0) return;
  const wanted = symbols.peek();
  const how = mode.peek();
  const trips: Trip[] = [];
  const start = performance.now();
  const end = onTrip((trip) => {
    if ((trip.name === "getPrice" || trip.name === "getTicker") && trip.began >= start - 1) trips.push(trip);
  });
  try {
    for (const group of how === "together" ? [wanted] : wanted.map((symbol) => [symbol])) {
      const { entries } = await client.marketSnapshot(group, { signal: stop });
      const at = performance.now();
      const next = new Map(tiles.peek());
      for (const entry of entries) {
        if (entry.error !== null) noteFailure(`snapshot of ${entry.symbol}`, entry.error);
        next.set(entry.symbol, { entry, at });
      }
      tiles.value = next;
    }
    round.value = { mode: how, start, took: performance.now() - start, trips };
  } finally {
    end();
  }
}

async function takeCandles(client: AgentExchangeClient, stop: AbortSignal): Promise<void> {
  const wanted = symbols.peek();
  const all = await Promise.allSettled(
    wanted.map((symbol) => client.getCandles(symbol, { interval: "5m", limit: CANDLES }, { signal: stop })),
  );
  // A pair without candles says so on its tile already.
  candles.value = new Map(
    all.flatMap((result, index) => (result.status === "fulfilled" ? [[wanted[index] ?? "", result.value]] : [])),
  );
}

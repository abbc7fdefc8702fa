import { computed, signal } from "@preact/signals";
import { isAgentExchangeError, type Candle, type Pair, type SnapshotEntry } from "agentexchange";
import { getCandles, getPairs, marketSnapshot, type Client } from "agentexchange/core";
import { count } from "../parts/format.ts";
import { recordFailure, onRequest, type RequestTiming } from "./calls.ts";
import { connectionCount } from "./connection.ts";
import { startAll } from "./cleanup.ts";
import { keyed } from "./keyed.ts";
import { poll } from "./poll.ts";

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

/** Each connection has its own prices. */
const connection = (): unknown => connectionCount.value;

export const symbols = signal<readonly string[]>(DEFAULT_SYMBOLS);
export const mode = signal<Mode>("concurrent");
export const paused = signal(false);
export const tiles = keyed<ReadonlyMap<string, Tile>>(connection, new Map());
export const round = keyed<Round | null>(connection, null);
export const candles = keyed<ReadonlyMap<string, readonly Candle[]>>(connection, new Map());
/** All listed pairs with a price. */
export const pairs = keyed<readonly Pair[]>(connection, []);

/** Total duration of the last round's calls in milliseconds. */
export const totalDuration = computed(() =>
  (round.value?.requests ?? []).reduce((all, trip) => all + trip.completedAt - trip.queuedAt, 0),
);

function parseSymbols(search: string): readonly string[] {
  const wanted = new URLSearchParams(search)
    .get("symbols")
    ?.toUpperCase()
    .split(/[\s,]+/)
    .filter((symbol) => /^[A-Z0-9]{1,30}$/.test(symbol));
  return [...new Set(wanted ?? DEFAULT_SYMBOLS)].slice(0, MAX_SYMBOLS);
}

/** Takes the symbols from the URL. */
export function readSymbols(): void {
  symbols.value = parseSymbols(location.search);
}

/** Sets the board's symbols and stores them in the URL. */
export function setSymbols(next: readonly string[]): void {
  symbols.value = [...new Set(next)].slice(0, MAX_SYMBOLS);
  const { pathname, hash, search } = location;
  const others = search
    .slice(1)
    .split("&")
    .filter((part) => part !== "" && !part.startsWith("symbols="));
  const query = [...others, `symbols=${symbols.value.join(",")}`].join("&");
  history.replaceState(null, "", `${pathname}?${query}${hash}`);
}

export const selectionText = (): string =>
  `${count(symbols.value.length)} of at most ${count(MAX_SYMBOLS)} pairs; the selection is stored in the URL.`;

/** Keeps the board up to date; returns a function that stops it. */
export function followBoard(): () => void {
  return startAll(
    () =>
      poll({
        name: "snapshot",
        period: PERIOD,
        depends: () => [symbols.value, mode.value, paused.value],
        task: loadRound,
      }),
    () => poll({ name: "candles", period: CANDLES_PERIOD, depends: () => symbols.value, task: loadCandles }),
  );
}

/** Loads the list of pairs once for each connection; returns a function that stops it. */
export function followPairs(): () => void {
  return poll({
    name: "pairs",
    period: CANDLES_PERIOD,
    async task(client, abort) {
      if (pairs.peek().length > 0) return;
      const listed = await client.send(getPairs, {}, { signal: abort });
      pairs.value = listed.filter(({ hasPrice }) => hasPrice);
    },
  });
}

/** Whether the service answered, and what it said about the pair will not change: such as that it does not exist. */
function isRefusal(error: unknown): boolean {
  return isAgentExchangeError(error) && error.status !== null && error.status >= 400 && error.status < 500;
}

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
        // Without an answer, the last figures stay, with their age.
        if (entry.error === null || isRefusal(entry.error) || !next.has(entry.symbol))
          next.set(entry.symbol, { entry, receivedAt: at });
      }
      tiles.value = next;
      const failed = entries.flatMap(({ symbol, error }) => (error === null ? [] : [{ symbol, error }]));
      const [first] = failed;
      if (first !== undefined && failed.length === entries.length && !isRefusal(first.error)) throw first.error;
      for (const { symbol, error } of failed) recordFailure(`snapshot of ${symbol}`, error);
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
  const [first] = all;
  if (first?.status === "rejected" && !isRefusal(first.reason)) throw first.reason;
  // The tile of a pair without candles already shows the error.
  candles.value = new Map(
    all.flatMap((result, index) => (result.status === "fulfilled" ? [[wanted[index] ?? "", result.value]] : [])),
  );
}

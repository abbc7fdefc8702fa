// The candles of the selected pair, kept up to date, with older ones on demand.
import { computed, effect, untracked, type ReadonlySignal } from "@preact/signals";
import type { Candle, CandleInterval, CandleUpdate } from "agentexchange";
import { getCandles, type Client } from "agentexchange/core";
import { isStreamLive, stream } from "../feed.ts";
import { route } from "../route.ts";
import { atBeat } from "./beat.ts";
import { recordFailure } from "./calls.ts";
import { startAll } from "./cleanup.ts";
import { connectionCount, link } from "./connection.ts";
import { keyed } from "./keyed.ts";
import { poll } from "./poll.ts";
import { setting } from "./setting.ts";

const SECOND = 1000;
/** Candles of the first request, and of each request for older ones. */
const CHUNK = 300;
/** The most candles that one request returns. */
const MAX_CHUNK = 1000;
/** More than anybody scrolls through; older ones are dropped. */
const MAX_CANDLES = 5000;
const SLACK = 500;
/** Milliseconds after a failed request for older candles. */
const PAUSE = 2000;

export const INTERVALS = ["1m", "5m", "1h", "1d"] as const satisfies readonly CandleInterval[];

/** The fields of a candle that the page shows. */
export type ChartCandle = Omit<Candle, "tradeCount">;

const chosenInterval = setting<CandleInterval>("chart.interval", "5m", (stored) =>
  INTERVALS.find((name) => name === stored),
);

export const interval: ReadonlySignal<CandleInterval> = computed(() => chosenInterval.signal.value);
/** The candles belong to one connection, pair and interval. */
const source = computed(() => `${connectionCount.value} ${route.value.symbol} ${interval.value}`);

/** Oldest first; null until loaded. */
export const candles = keyed<readonly ChartCandle[] | null>(() => source.value, null);
/** Whether the first candle is the oldest that there is. */
const complete = keyed(() => source.value, false);
/** What happens at the oldest candle. */
export const older = keyed<"idle" | "loading" | "failed">(() => source.value, "idle");

export function selectInterval(next: CandleInterval): void {
  chosenInterval.set(next);
}

/** Keeps the candles of the selected pair up to date; returns a function that stops it. */
export function followCandles(): () => void {
  // What was streamed while nobody followed is missing.
  let isLoaded = false;
  return startAll(
    () =>
      poll({
        name: "candles",
        period: SECOND,
        depends: () => source.value,
        async task(client, abort) {
          if (isLoaded && candles.peek() !== null && isStreamLive()) return;
          await load(client, abort);
          isLoaded = true;
        },
      }),
    () => effect(subscribe),
  );
}

/** The address can contain any text. The stream rejects text that is not a pair, and the view continues. */
function subscribe(): (() => void) | undefined {
  try {
    return stream.value?.onCandles(route.value.symbol, interval.value, receive);
  } catch (error) {
    untracked(() => recordFailure("candles", error));
    return undefined;
  }
}

async function load(client: Client, abort: AbortSignal): Promise<void> {
  const known = candles.peek();
  const wanted = source.peek();
  // Everything since the last known candle: the page may have been hidden for hours.
  const startTime = known?.at(-2)?.time;
  const query = { interval: interval.peek(), limit: startTime === undefined ? CHUNK : MAX_CHUNK, startTime };
  const next = await client.send(getCandles, route.peek().symbol, query, { signal: abort });
  if (source.peek() !== wanted) return;
  // A full answer may have left out candles after the known ones.
  const continues = known !== null && next.length < MAX_CHUNK;
  if (!continues) complete.value = false;
  candles.value = continues ? mergeCandles(candles.peek() ?? known, next) : next;
}

let received: CandleUpdate[] = [];

/** With a fast clock there are hundreds of updates a second, and each draws the chart again. */
function receive(candle: CandleUpdate): void {
  received.push(candle);
  atBeat(applyReceived);
}

function applyReceived(): void {
  const [symbol, length] = [route.peek().symbol, interval.peek()];
  const current = received.filter((candle) => candle.symbol === symbol && candle.interval === length);
  received = [];
  const known = candles.peek();
  if (known === null || current.length === 0) return;
  candles.value = current.reduce((all, candle) => mergeCandles(all, [candle]), known);
}

/** Merges new candles: they replace those with the same time, and follow the others. */
export function mergeCandles(known: readonly ChartCandle[], next: readonly ChartCandle[]): readonly ChartCandle[] {
  const first = next[0]?.time.getTime() ?? Infinity;
  let kept = known.length;
  while (kept > 0 && (known[kept - 1]?.time.getTime() ?? 0) >= first) kept--;
  const last = next.at(-1)?.time.getTime() ?? 0;
  // An update of a candle that is no longer the last one leaves those after it.
  const after = known.slice(kept).filter(({ time }) => time.getTime() > last);
  const all = [...known.slice(0, kept), ...next, ...after];
  return all.length > MAX_CANDLES + SLACK ? all.slice(-MAX_CANDLES) : all;
}

let pausedUntil = 0;

/** Loads older candles, if there are any and no other request for them is under way. */
export async function loadOlder(): Promise<void> {
  const client = link.peek()?.client;
  const [wanted, known] = [source.peek(), candles.peek()];
  const oldest = known?.[0]?.time;
  if (client === undefined || oldest === undefined || complete.peek() || older.peek() === "loading") return;
  if ((known?.length ?? 0) >= MAX_CANDLES || performance.now() < pausedUntil) return;
  older.value = "loading";
  try {
    const query = { interval: interval.peek(), limit: CHUNK, endTime: new Date(oldest.getTime() - 1) };
    const next = await client.send(getCandles, route.peek().symbol, query);
    const present = candles.peek();
    if (source.peek() !== wanted || present === null) return;
    older.value = "idle";
    complete.value = next.length === 0;
    if (next.length > 0) candles.value = [...next, ...present];
  } catch (error) {
    recordFailure("older candles", error);
    pausedUntil = performance.now() + PAUSE;
    if (source.peek() === wanted) older.value = "failed";
  }
}

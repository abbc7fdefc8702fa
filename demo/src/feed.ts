// All live data comes through here: streamed when there is an account, polled otherwise.
import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import {
  AuthenticationError,
  type AgentExchangeStream,
  type Decimal,
  type StreamState,
  type Tick,
} from "agentexchange";
import { getAccountInfo, getAllPrices, openStream, type Client } from "agentexchange/core";
import { atBeat } from "./state/beat.ts";
import { keyRefused, recordFailure } from "./state/calls.ts";
import { connectionCount, link } from "./state/connection.ts";
import { deadClient } from "./state/outage.ts";
import { isVisible, poll } from "./state/poll.ts";

const known = new Map<string, Decimal>();
const signals = new Map<string, Signal<Decimal | undefined>>();

/** The last price of one pair: what reads it wakes only when this price changes. */
export function priceOf(symbol: string): ReadonlySignal<Decimal | undefined> {
  return signalOf(symbol);
}

function signalOf(symbol: string): Signal<Decimal | undefined> {
  let own = signals.get(symbol);
  if (own === undefined) {
    own = signal(known.get(symbol), {
      watched: () => count(symbol, 1),
      unwatched: () => count(symbol, -1),
    });
    signals.set(symbol, own);
  }
  return own;
}

const ALL = "all";
/** How many look at a pair's price, or at all of them. */
const watchers = new Map<string, number>();
/** The pairs whose prices are on screen, separated by spaces; or all. Only they are streamed. */
const wanted = signal("");

function count(symbol: string, change: 1 | -1): void {
  watchers.set(symbol, (watchers.get(symbol) ?? 0) + change);
  // At the next beat: when the view changes, the new one often shows the same pairs.
  atBeat(updateWanted);
}

function updateWanted(): void {
  const symbols = [...watchers].filter(([, watching]) => watching > 0).map(([symbol]) => symbol);
  wanted.value = symbols.includes(ALL) ? ALL : symbols.toSorted().join(" ");
}

/** Streams the prices of all pairs, for a list of them; returns a function that ends it. */
export function watchAllPrices(): () => void {
  count(ALL, 1);
  return () => count(ALL, -1);
}

/** Takes in the latest prices of some pairs; those of the others stay. */
export function setPrices(next: Iterable<readonly [symbol: string, price: Decimal]>): void {
  batch(() => {
    for (const [symbol, price] of next) {
      if (known.get(symbol)?.eq(price) === true) continue;
      known.set(symbol, price);
      signalOf(symbol).value = price;
    }
  });
}

/** Another exchange has other pairs. */
function forgetPrices(): void {
  batch(() => {
    known.clear();
    for (const own of signals.values()) own.value = undefined;
  });
}

/** Null without an account: a service accepts no subscriptions without a key. */
export const stream = signal<AgentExchangeStream | null>(null);
export const streamState = signal<StreamState>("idle");
/** Why the stream is not live; null when nothing is wrong. */
export const streamProblem = signal<string | null>(null);
/** Number of outages of the stream; missed updates were backfilled. */
export const gapCount = signal(0);
/** Number of changes of the account's own orders. */
export const orderChangeCount = signal(0);

/** How live data arrives, for display. */
export const source = computed(() => (streamState.value === "live" ? "streamed live" : "polled every second"));

const SECOND = 1000;
const tickListeners = new Set<(ticks: readonly Tick[]) => void>();

/** Calls the listener with the ticks since the last beat, oldest first; returns an unsubscribe function. */
export function onTicks(listener: (ticks: readonly Tick[]) => void): () => void {
  tickListeners.add(listener);
  return () => void tickListeners.delete(listener);
}

/** Whether the stream is live, so that polling is unnecessary. */
export const isStreamLive = (): boolean => streamState.peek() === "live";

/** Keeps the stream open while the page is seen; returns a function that closes it. */
export function followStream(): () => void {
  let connection = connectionCount.peek();
  return effect(() => {
    const current = link.value;
    if (connection !== connectionCount.peek()) {
      connection = connectionCount.peek();
      forgetPrices();
    }
    if (current === null || !current.hasAccount || keyRefused.value !== null || !isVisible.value) return undefined;
    // The probes of the outage tell when it is worth to connect again.
    if (deadClient.value === current.client) return undefined;
    const opened = current.client.send(openStream);
    gapCount.value = 0;
    subscribe(opened, current.client);
    const receive = tickReceiver(opened);
    let stopTicks = (): void => {};
    const stopWanted = effect(() => {
      const symbols = wanted.value;
      const stopBefore = stopTicks;
      stopTicks = symbols === "" ? () => {} : opened.onTicker(symbols === ALL ? ALL : symbols.split(" "), receive);
      // Only now: what is still wanted stays subscribed without a gap.
      stopBefore();
    });
    stream.value = opened;
    return () => {
      stopWanted();
      stopTicks();
      stream.value = null;
      streamState.value = "idle";
      streamProblem.value = null;
      void opened.close();
    };
  });
}

/** Keeps prices current where the stream does not; returns a function that stops it. */
export function followPrices(): () => void {
  let loaded = "";
  return poll({
    name: "prices",
    period: SECOND,
    // What was not on screen was not streamed either.
    depends: () => wanted.value,
    async task(client, abort) {
      const shown = wanted.peek();
      if (isStreamLive() && known.size > 0 && shown === loaded) return;
      const all = await client.send(getAllPrices, {}, { signal: abort });
      setPrices(all.map(({ symbol, price }) => [symbol, price]));
      loaded = shown;
    },
  });
}

async function checkKey(client: Client): Promise<void> {
  await client.send(getAccountInfo).catch((error: unknown) => recordFailure("account", error));
}

function tickReceiver(opened: AgentExchangeStream): (tick: Tick) => void {
  let pending: Tick[] = [];
  const apply = (): void => {
    const ticks = pending;
    pending = [];
    // A stream that was closed says nothing about the connection that followed it.
    if (stream.peek() !== opened) return;
    setPrices(new Map(ticks.map(({ symbol, price }) => [symbol, price])));
    for (const listener of tickListeners) listener(ticks);
  };
  return (tick) => {
    pending.push(tick);
    atBeat(apply);
  };
}

function subscribe(opened: AgentExchangeStream, client: Client): void {
  const updateState = (): void => {
    // A stream that was closed can still emit late events.
    if (stream.peek() !== opened) return;
    streamState.value = opened.state;
    streamProblem.value = opened.problem?.message ?? null;
  };
  opened.on("state", updateState);
  opened.on("gap", () => {
    gapCount.value += 1;
  });
  opened.on("error", (error) => {
    updateState();
    recordFailure("stream", error, false);
    // A browser does not tell a wrong key from one that may not open a stream. The account knows.
    if (stream.peek() === opened && error instanceof AuthenticationError) void checkKey(client);
  });
  const countOrderChange = (): void => {
    orderChangeCount.value += 1;
  };
  opened.onOrders((update) => {
    // Loaded with the first fill. Nothing depends on a message that cannot be shown.
    if (update.status === "filled") import("./parts/toasts.tsx").then(({ tellFill }) => tellFill(update), String);
    atBeat(countOrderChange);
  });
}

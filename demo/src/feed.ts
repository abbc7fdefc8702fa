// All live data comes through here: streamed when there is an account, polled otherwise.
import { computed, effect, signal } from "@preact/signals";
import type { AgentExchangeStream, Decimal, StreamState, Tick } from "agentexchange";
import { getAllPrices, openStream, type Client } from "agentexchange/core";
import { recordFailure } from "./state/calls.ts";
import { link } from "./state/connection.ts";

/** The last price of every pair. */
export const prices = signal<ReadonlyMap<string, Decimal>>(new Map());
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
export const source = computed(() => (streamState.value === "live" ? "streamed live" : "refreshed every second"));

const SECOND = 1000;
const tickListeners = new Set<(tick: Tick) => void>();

/** Calls the listener on every tick; returns an unsubscribe function. */
export function onTick(listener: (tick: Tick) => void): () => void {
  tickListeners.add(listener);
  return () => void tickListeners.delete(listener);
}

/** Whether the stream is live, so that polling is unnecessary. */
export const isStreamLive = (): boolean => streamState.peek() === "live";

/** Keeps prices current and the stream open; returns a function that stops both. */
export function followPrices(): () => void {
  const stops = [
    effect(() => {
      const current = link.value;
      if (current === null || !current.hasAccount) return undefined;
      const opened = current.client.send(openStream);
      gapCount.value = 0;
      subscribe(opened);
      stream.value = opened;
      return () => {
        stream.value = null;
        streamState.value = "idle";
        streamProblem.value = null;
        void opened.close();
      };
    }),
    poll("prices", SECOND, async (client, abort) => {
      if (isStreamLive() && prices.peek().size > 0) return;
      const all = await client.send(getAllPrices, {}, { signal: abort });
      prices.value = new Map(all.map(({ symbol, price }) => [symbol, price]));
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function subscribe(opened: AgentExchangeStream): void {
  // Ticks are applied once per frame, however many arrive.
  const pending = new Map<string, Decimal>();
  const apply = (): void => {
    prices.value = new Map([...prices.peek(), ...pending]);
    pending.clear();
  };
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
    recordFailure("stream", error);
  });
  opened.onTicker("all", (tick) => {
    if (pending.size === 0) requestAnimationFrame(apply);
    pending.set(tick.symbol, tick.price);
    for (const listener of tickListeners) listener(tick);
  });
  let scheduled = false;
  opened.onOrders(() => {
    if (!scheduled) {
      requestAnimationFrame(() => {
        scheduled = false;
        orderChangeCount.value += 1;
      });
    }
    scheduled = true;
  });
}

/** One round of periodic work. */
export type Task = (client: Client, signal: AbortSignal) => Promise<void>;

/**
 * Repeats work while there is a connection. Restarts when the connection or a signal read by `depends` changes.
 * Returns a function that stops it.
 */
export function poll(name: string, period: number, task: Task, depends: () => unknown = () => {}): () => void {
  return effect(() => {
    const current = link.value;
    depends();
    if (current === null) return undefined;
    const controller = new AbortController();
    void repeatTask(name, period, current.client, task, controller.signal);
    return () => controller.abort(new DOMException("cancelled", "AbortError"));
  });
}

async function repeatTask(name: string, period: number, client: Client, task: Task, abort: AbortSignal): Promise<void> {
  while (!abort.aborted) {
    const elapsed = sleep(period, abort);
    try {
      await task(client, abort);
    } catch (error) {
      if (!abort.aborted) recordFailure(name, error);
    }
    await elapsed;
  }
}

/** Resolves after `ms`, or immediately on abort. */
function sleep(ms: number, abort: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      abort.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    abort.addEventListener("abort", done);
  });
}

// All data that changes by itself comes through here: streamed where there is an account, asked for where not.
import { computed, effect, signal } from "@preact/signals";
import type { AgentExchangeClient, AgentExchangeStream, Decimal, StreamState, Tick } from "agentexchange";
import { noteFailure } from "./state/calls.ts";
import { link } from "./state/connection.ts";

/** The last price of every pair. */
export const prices = signal<ReadonlyMap<string, Decimal>>(new Map());
/** Null where there is none: without a key a service lets nobody subscribe. */
export const stream = signal<AgentExchangeStream | null>(null);
export const streamState = signal<StreamState>("idle");
/** Why the stream is not live, in words; null where nothing is wrong. */
export const streamProblem = signal<string | null>(null);
/** How often the stream was deaf for a while; what was missed was made up for. */
export const gaps = signal(0);
/** How often one of the own orders has changed. */
export const orderChanges = signal(0);

/** How live data comes, in words. */
export const source = computed(() =>
  streamState.value === "live" ? "streamed as it happens" : "asked for once a second",
);

const SECOND = 1000;
const tickListeners = new Set<(tick: Tick) => void>();

/** Tells of every trade, until the function that it gives back is called. */
export function onTick(listener: (tick: Tick) => void): () => void {
  tickListeners.add(listener);
  return () => void tickListeners.delete(listener);
}

/** Whether the stream tells everything, so that nothing has to be asked for. */
export const isLive = (): boolean => streamState.peek() === "live";

/** Keeps prices fresh, and the stream open. */
export function followPrices(): () => void {
  const stops = [
    effect(() => {
      const current = link.value;
      if (current === null || !current.hasAccount) return undefined;
      const opened = current.client.openStream();
      gaps.value = 0;
      listen(opened);
      stream.value = opened;
      return () => {
        stream.value = null;
        streamState.value = "idle";
        streamProblem.value = null;
        void opened.close();
      };
    }),
    follow("prices", SECOND, async (client, stop) => {
      if (isLive() && prices.peek().size > 0) return;
      const all = await client.getAllPrices({}, { signal: stop });
      prices.value = new Map(all.map(({ symbol, price }) => [symbol, price]));
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function listen(opened: AgentExchangeStream): void {
  // However many ticks come, the page takes them once a frame.
  const fresh = new Map<string, Decimal>();
  const take = (): void => {
    prices.value = new Map([...prices.peek(), ...fresh]);
    fresh.clear();
  };
  const look = (): void => {
    // Events of a stream that was left come late.
    if (stream.peek() !== opened) return;
    streamState.value = opened.state;
    streamProblem.value = opened.problem?.message ?? null;
  };
  opened.on("state", look);
  opened.on("gap", () => {
    gaps.value += 1;
  });
  opened.on("error", (error) => {
    look();
    noteFailure("stream", error);
  });
  opened.onTicker("all", (tick) => {
    if (fresh.size === 0) requestAnimationFrame(take);
    fresh.set(tick.symbol, tick.price);
    for (const listener of tickListeners) listener(tick);
  });
  let told = false;
  opened.onOrders(() => {
    if (!told) {
      requestAnimationFrame(() => {
        told = false;
        orderChanges.value += 1;
      });
    }
    told = true;
  });
}

/** Work that is repeated, with what it needs. */
export type Work = (client: AgentExchangeClient, signal: AbortSignal) => Promise<void>;

/**
 * Repeats work as long as there is a connection, from the start again when that changes or one of the signals that
 * `depends` reads; gives back what ends it.
 */
export function follow(what: string, period: number, work: Work, depends: () => unknown = () => {}): () => void {
  return effect(() => {
    const current = link.value;
    depends();
    if (current === null) return undefined;
    const stop = new AbortController();
    void repeat(what, period, current.client, work, stop.signal);
    return () => stop.abort(new DOMException("no longer wanted", "AbortError"));
  });
}

async function repeat(
  what: string,
  period: number,
  client: AgentExchangeClient,
  work: Work,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    const passed = pause(period, stop);
    try {
      await work(client, stop);
    } catch (error) {
      if (!stop.aborted) noteFailure(what, error);
    }
    await passed;
  }
}

/** Resolves after a while, or at once when it is no longer wanted. */
function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      stop.removeEventListener("abort", over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    stop.addEventListener("abort", over);
  });
}

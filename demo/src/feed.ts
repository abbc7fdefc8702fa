// All data that changes by itself comes through here.
import { effect, signal } from "@preact/signals";
import type { AgentExchangeClient, Decimal } from "agentexchange";
import { noteFailure } from "./state/calls.ts";
import { link } from "./state/connection.ts";

/** How live data comes, in words. */
export const source = signal("asked for once a second");

/** The last price of every pair. */
export const prices = signal<ReadonlyMap<string, Decimal>>(new Map());
/** When they came, in milliseconds of `performance.now()`; null before the first time. */
export const pricesAt = signal<number | null>(null);

const SECOND = 1000;

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

/** Keeps {@link prices} fresh. */
export function followPrices(): () => void {
  return follow("prices", SECOND, async (client, stop) => {
    const all = await client.getAllPrices({}, { signal: stop });
    prices.value = new Map(all.map(({ symbol, price }) => [symbol, price]));
    pricesAt.value = performance.now();
  });
}

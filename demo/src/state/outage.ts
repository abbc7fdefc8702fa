// While a service does not answer, one question at a time finds out for all who wait.
import { signal, type ReadonlySignal } from "@preact/signals";
import { health, type Client } from "agentexchange/core";
import { isUnanswered } from "./calls.ts";

const FIRST_WAIT = 1000;
const MAX_WAIT = 30_000;

interface Outage {
  /** Probes that failed. */
  failures: number;
  /** When the next probe is due, in milliseconds of `performance.now()`. */
  dueAt: number;
  /** The probes that run now, and who waits for them. */
  running: { readonly answered: Promise<void>; readonly stop: AbortController; waiting: number } | null;
}

/** Failed probes after which an outage counts as lasting. */
const LASTING = 2;
const dead = signal<Client | null>(null);

/** The client whose service has not answered for several seconds; null if none. Its stream need not go on trying. */
export const deadClient: ReadonlySignal<Client | null> = dead;

/** Kept until the service answers: to leave a view and to come back is no reason to ask more often. */
const outages = new WeakMap<Client, Outage>();

/** Milliseconds to wait after a number of failed rounds in a row, of which `random` in [0, 1) takes up to half. */
export function backOff(period: number, failures: number, random: number): number {
  const whole = Math.min(Math.max(period, MAX_WAIT), period * 2 ** failures);
  return failures === 0 ? period : whole * (1 - random / 2);
}

/** Records that the service of this client does not answer. */
export function beginOutage(client: Client): void {
  if (!outages.has(client)) outages.set(client, { failures: 0, dueAt: nextProbe(0), running: null });
}

/** Makes the next probe due: somebody looks at the page again. */
export function hastenProbe(client: Client): void {
  const outage = outages.get(client);
  if (outage !== undefined) outage.dueAt = performance.now();
}

/** Resolves when the service answers again, at once if nothing is known to be wrong, or on abort. */
export async function untilAnswered(client: Client, abort: AbortSignal): Promise<void> {
  const outage = outages.get(client);
  if (outage === undefined || abort.aborted) return;
  const running = (outage.running ??= startProbes(client, outage));
  running.waiting++;
  await Promise.race([running.answered, untilAborted(abort)]);
  running.waiting--;
  if (running.waiting > 0 || outage.running !== running) return;
  outage.running = null;
  running.stop.abort(new DOMException("cancelled", "AbortError"));
}

function startProbes(client: Client, outage: Outage): NonNullable<Outage["running"]> {
  const stop = new AbortController();
  return { answered: probe(client, outage, stop.signal), stop, waiting: 0 };
}

async function probe(client: Client, outage: Outage, abort: AbortSignal): Promise<void> {
  for (;;) {
    await sleep(outage.dueAt - performance.now(), abort);
    if (abort.aborted) return;
    try {
      await client.send(health, { signal: abort }).catch((error: unknown) => {
        // A gateway may refuse this question; then it has answered, too.
        if (abort.aborted || isUnanswered(error)) throw error;
      });
      outages.delete(client);
      if (dead.peek() === client) dead.value = null;
      return;
    } catch {
      if (abort.aborted) return;
      outage.failures++;
      if (outage.failures >= LASTING) dead.value = client;
      outage.dueAt = nextProbe(outage.failures);
    }
  }
}

function nextProbe(failures: number): number {
  return performance.now() + backOff(FIRST_WAIT, failures + 1, Math.random());
}

/** Resolves after `ms`, on abort, or when the network comes back. */
export function sleep(ms: number, abort: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      abort.removeEventListener("abort", done);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, ms));
    abort.addEventListener("abort", done);
    addEventListener("online", done);
  });
}

function untilAborted(abort: AbortSignal): Promise<void> {
  return new Promise((resolve) => abort.addEventListener("abort", () => resolve(), { once: true }));
}

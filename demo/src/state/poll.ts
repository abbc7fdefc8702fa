// Periodic work: only while somebody looks, and less often while it fails.
import { effect, signal, untracked, type ReadonlySignal } from "@preact/signals";
import type { Client } from "agentexchange/core";
import { isUnanswered, keyRefused, recordFailure } from "./calls.ts";
import { link } from "./connection.ts";
import { denialLeft, forgetDenial, isDenied, noteDenial } from "./denied.ts";
import { backOff, beginOutage, hastenProbe, sleep, untilAnswered } from "./outage.ts";

/** One round of periodic work. */
export type Task = (client: Client, signal: AbortSignal) => Promise<void>;

export interface Poll {
  /** For the list of failed calls, and for what may not be read. */
  readonly name: string;
  /** Milliseconds from the start of one round to the start of the next. */
  readonly period: number;
  readonly task: Task;
  /** Reads the signals whose changes start a round at once. */
  readonly depends?: () => unknown;
  /** Whether it needs an account. Without one, or while its key is refused, nothing is sent. */
  readonly needsAccount?: boolean;
}

const visible = signal(true);

/** Whether the page can be seen. Nothing is polled while it cannot. */
export const isVisible: ReadonlySignal<boolean> = visible;

/** Follows the page's visibility; returns a function that stops. */
export function followVisibility(): () => void {
  const update = (): void => {
    visible.value = document.visibilityState === "visible";
    const current = link.peek();
    if (visible.peek() && current !== null) hastenProbe(current.client);
  };
  update();
  document.addEventListener("visibilitychange", update);
  return () => document.removeEventListener("visibilitychange", update);
}

/**
 * Repeats work while the page is seen and there is a connection. A change of the connection, of what `depends` reads, or
 * of the network starts a round at once; what the service does not allow to be read is asked for rarely. Returns a function that stops it.
 */
export function poll({ name, period, task, depends = () => {}, needsAccount = false }: Poll): () => void {
  return effect(() => {
    const current = link.value;
    depends();
    if (current === null || !visible.value) return undefined;
    if (needsAccount && (!current.hasAccount || keyRefused.value !== null)) return undefined;
    const controller = new AbortController();
    // What the task reads must not restart it.
    untracked(() => void repeat(name, period, current.client, task, controller.signal));
    return () => controller.abort(new DOMException("cancelled", "AbortError"));
  });
}

async function repeat(name: string, period: number, client: Client, task: Task, abort: AbortSignal): Promise<void> {
  for (let failures = 0; !abort.aborted;) {
    // A round may be many requests; while nobody answers, one for all loops asks whether somebody does.
    await untilAnswered(client, abort);
    if (!abort.aborted && denialLeft(name) > 0) await sleep(denialLeft(name), abort);
    if (abort.aborted) return;
    const start = performance.now();
    try {
      await task(client, abort);
      failures = 0;
      forgetDenial(name);
    } catch (error) {
      if (abort.aborted) return;
      const wasDenied = isDenied(name);
      if (noteDenial(name, error)) {
        if (!wasDenied) recordFailure(name, error);
        continue;
      }
      recordFailure(name, error);
      failures++;
      if (isUnanswered(error)) beginOutage(client);
    }
    await sleep(backOff(period, failures, Math.random()) - (failures === 0 ? performance.now() - start : 0), abort);
  }
}

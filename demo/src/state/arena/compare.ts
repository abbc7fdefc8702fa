// The what-if that a person has asked for.
import { signal } from "@preact/signals";
import { messageOf } from "../calls.ts";
import { forkAt, pause } from "./run.ts";
import { compareRuns, type Change, type Comparison } from "./whatIf.ts";

export type WhatIf =
  | { readonly kind: "none" }
  | { readonly kind: "working"; readonly share: number }
  | { readonly kind: "done"; readonly comparison: Comparison }
  | { readonly kind: "failed"; readonly message: string };

export interface Question {
  /** A time of the past; null for the present. */
  readonly moment: number | null;
  readonly agent: number;
  readonly change: Change;
  readonly hours: number;
}

export const whatIf = signal<WhatIf>({ kind: "none" });

let controller = new AbortController();

/** Pauses the arena, and runs both forks. A new question ends the one before. */
export async function answer({ moment, agent, change, hours }: Question): Promise<void> {
  controller.abort();
  controller = new AbortController();
  const { signal: abort } = controller;
  pause();
  whatIf.value = { kind: "working", share: 0 };
  const fork = await forkAt(moment);
  try {
    if (fork === null) throw new Error("This moment is no longer kept. Choose another one.");
    const comparison = await compareRuns(fork, agent, change, hours * 3_600_000, abort, (share) => {
      if (!abort.aborted) whatIf.value = { kind: "working", share };
    });
    if (!abort.aborted) whatIf.value = { kind: "done", comparison };
  } catch (error) {
    if (!abort.aborted) whatIf.value = { kind: "failed", message: messageOf(error) };
  } finally {
    fork?.close();
  }
}

export function cancel(): void {
  controller.abort();
  whatIf.value = { kind: "none" };
}

// The tour: six steps that each run on an exchange of their own, so that nothing of the page changes.
import { batch, signal } from "@preact/signals";
import { messageOf } from "../calls.ts";
import { programOf } from "./program.ts";
import { STEPS, type Step } from "./steps.ts";

/** Something that a step has found. */
export interface Finding {
  readonly what: string;
  readonly figure: string | number | undefined;
  readonly unit: "ms" | "USDT" | "×" | undefined;
}

export type RunState =
  | { readonly kind: "running" }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly message: string };

export const findings = signal<readonly Finding[]>([]);
export const runState = signal<RunState>({ kind: "running" });
/** The code of the step as a program; null until loaded. */
export const program = signal<string | null>(null);
/** Each run has a number; what an earlier one still finds is ignored. */
let run = 0;

/** The step at a place of the tour, which begins at 1. A place that does not exist is the nearest one. */
export function stepAt(place: number): { readonly step: Step; readonly place: number } {
  const known = Math.min(Math.max(Number.isNaN(place) ? 1 : Math.trunc(place), 1), STEPS.length);
  const step = STEPS[known - 1];
  if (step === undefined) throw new RangeError("The tour has no steps.");
  return { step, place: known };
}

/** Runs a step from its beginning; returns a function that leaves it. */
export function runStep(step: Step): () => void {
  const own = ++run;
  const isCurrent = (): boolean => own === run;
  batch(() => {
    findings.value = [];
    runState.value = { kind: "running" };
    program.value = null;
  });
  const work = async (): Promise<void> => {
    const [{ run: show }, { default: source }] = await Promise.all([step.load(), step.source()]);
    if (!isCurrent()) return;
    program.value = programOf(source);
    await show((what, figure, unit) => {
      if (isCurrent()) findings.value = [...findings.peek(), { what, figure, unit }];
    });
  };
  work().then(
    () => {
      if (isCurrent()) runState.value = { kind: "done" };
    },
    (error: unknown) => {
      if (isCurrent()) runState.value = { kind: "failed", message: messageOf(error) };
    },
  );
  return () => {
    if (isCurrent()) run++;
  };
}

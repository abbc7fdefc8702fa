// What arrives faster than an eye reads is shown together, a few times a second.
import { batch } from "@preact/signals";

/**
 * Milliseconds from one beat to the next: nothing on screen gets older by more than this, and while somebody types by
 * {@link PAUSE} more.
 */
export const BEAT = 250;
/** Milliseconds for which a beat waits for a key of somebody who types, and after which a person types no longer. */
export const PAUSE = 500;

let waiting = new Set<() => void>();
let last = -Infinity;
let typedAt = -Infinity;
/** The end of the wait of a beat that is due, but waits for the next key to be drawn. */
let held: ReturnType<typeof setTimeout> | undefined;

/** Runs a task once at the next beat, together with all others: what they change is drawn in one frame. */
export function atBeat(task: () => void): void {
  if (waiting.size === 0) setTimeout(beat, Math.max(0, last + BEAT - performance.now()));
  waiting.add(task);
}

/**
 * While somebody types, beats run right after a key has been drawn: there the next key is farthest, so that it seldom has
 * to wait. Returns a function that ends it.
 */
export function followKeys(): () => void {
  const onKey = (): void => {
    typedAt = performance.now();
    if (held !== undefined) requestAnimationFrame(() => setTimeout(endHold));
  };
  addEventListener("keydown", onKey, { capture: true });
  return () => removeEventListener("keydown", onKey, { capture: true });
}

function beat(): void {
  if (performance.now() < typedAt + PAUSE) held = setTimeout(run, PAUSE);
  else run();
}

function endHold(): void {
  if (held === undefined) return;
  clearTimeout(held);
  run();
}

function run(): void {
  held = undefined;
  const tasks = waiting;
  waiting = new Set();
  last = performance.now();
  batch(() => {
    for (const task of tasks) task();
  });
}

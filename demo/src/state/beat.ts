// What arrives faster than an eye reads is shown together, a few times a second.
import { batch } from "@preact/signals";

/** Milliseconds from one beat to the next; nothing on screen gets older by more than this. */
export const BEAT = 200;

let waiting = new Set<() => void>();
let last = -Infinity;

/** Runs a task once at the next beat, together with all others: what they change is drawn in one frame. */
export function atBeat(task: () => void): void {
  if (waiting.size === 0) setTimeout(run, Math.max(0, last + BEAT - performance.now()));
  waiting.add(task);
}

function run(): void {
  const tasks = waiting;
  waiting = new Set();
  last = performance.now();
  batch(() => {
    for (const task of tasks) task();
  });
}

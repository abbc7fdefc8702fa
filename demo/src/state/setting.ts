// What this browser remembers of the page: only choices, never a secret.
import { effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";

/** A choice that outlives the page, where the browser allows that. */
export interface Setting<T> {
  readonly signal: ReadonlySignal<T>;
  set(next: T): void;
}

const PREFIX = "agentexchange.";

/** @param accept returns the stored value if it still makes sense, and `undefined` if it does not */
export function setting<T>(name: string, initial: T, accept: (stored: unknown) => T | undefined): Setting<T> {
  let current: Signal<T> | undefined;
  const value = (): Signal<T> => (current ??= signal(accept(readStored(PREFIX + name)) ?? initial));
  return {
    get signal() {
      return value();
    },
    set(next) {
      value().value = next;
      store(name, next);
    },
  };
}

/**
 * Starts a signal from what was chosen before, and remembers what is chosen from now on; what nobody chose is not stored.
 * Returns a function that stops.
 */
export function remember<T>(name: string, target: Signal<T>, accept: (stored: unknown) => T | undefined): () => void {
  const before = accept(readStored(PREFIX + name));
  if (before !== undefined) target.value = before;
  let last = target.peek();
  return effect(() => {
    const next = target.value;
    if (next !== last) store(name, next);
    last = next;
  });
}

/** Removes everything that `setting` and `remember` have stored. What the page shows stays until it closes. */
export function forgetSettings(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // Where storage is forbidden, there is nothing to forget.
  }
}

function store(name: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Storage may be full or forbidden. The choice then lasts as long as the page.
  }
}

function readStored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

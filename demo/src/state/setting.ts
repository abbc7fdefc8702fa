// What this browser remembers of the page: only choices, never a secret.
import { effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";

/** A choice that outlives the page, where the browser allows that. */
export interface Setting<T> {
  readonly signal: ReadonlySignal<T>;
  set(next: T): void;
  /** Changes what is stored now, which another tab may have changed. */
  change(edit: (now: T) => T): void;
}

const PREFIX = "agentexchange.";

/** @param accept returns the stored value if it still makes sense, and `undefined` if it does not */
export function setting<T>(name: string, initial: T, accept: (stored: unknown) => T | undefined): Setting<T> {
  let current: Signal<T> | undefined;
  /** What was stored when this tab last looked. */
  let known: string | null = null;
  const read = (): T | undefined => {
    known = readText(name);
    return accept(parse(known));
  };
  const value = (): Signal<T> => (current ??= signal(read() ?? initial));
  const set = (next: T): void => {
    value().value = next;
    store(name, next);
    known = readText(name);
  };
  return {
    get signal() {
      return value();
    },
    set,
    change(edit) {
      const own = value().peek();
      // Where storage is full, what is stored is older than what this tab has.
      set(edit(readText(name) === known ? own : (read() ?? own)));
    },
  };
}

/**
 * Starts a signal from what was chosen before, and remembers what is chosen from now on; what nobody chose is not stored.
 * Returns a function that stops.
 */
export function remember<T>(name: string, target: Signal<T>, accept: (stored: unknown) => T | undefined): () => void {
  const before = accept(parse(readText(name)));
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

function readText(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}

// Values that belong to something else, such as the connection they came from.
import { signal, untracked } from "@preact/signals";

/** A signal's value for the present key. */
export interface Keyed<T> {
  value: T;
  peek(): T;
}

/** Like a signal, but when what `keyOf` reads is another key, it has its initial value again. */
export function keyed<T>(keyOf: () => unknown, initial: T): Keyed<T> {
  const kept = signal<{ readonly key: unknown; readonly value: T } | null>(null);
  const current = (): T => {
    const known = kept.value;
    return known !== null && known.key === keyOf() ? known.value : initial;
  };
  return {
    get value() {
      return current();
    },
    set value(value) {
      kept.value = { key: untracked(keyOf), value };
    },
    peek: () => untracked(current),
  };
}

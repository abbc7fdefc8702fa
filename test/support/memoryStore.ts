import type { ExchangeStore } from "../../src/exchange/index.ts";

/** A store that outlives its exchange, but not the program. */
export interface MemoryStore extends ExchangeStore {
  origin: string | undefined;
  entries: string[];
  latest: number | undefined;
}

export function memoryStore(): MemoryStore {
  const store: MemoryStore = {
    origin: undefined,
    entries: [],
    latest: undefined,
    open: () => ({
      get origin() {
        return store.origin;
      },
      begin(origin) {
        store.origin = origin;
      },
      get length() {
        return store.entries.length;
      },
      read: (index) => store.entries[index] ?? "",
      append: (entry) => void store.entries.push(entry),
      commit: () => undefined,
      get latest() {
        return store.latest;
      },
      keepTime(time) {
        store.latest = time;
      },
      close() {},
    }),
  };
  return store;
}

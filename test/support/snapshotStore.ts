import {
  StoreError,
  type ExchangeStore,
  type Snapshot,
  type SnapshotStore,
} from "../../src/exchange/persistence/store.ts";

/** A store in memory that keeps snapshots and counts what is read of it. */
export interface CountingStore extends ExchangeStore {
  readonly origin: string | undefined;
  /** All entries, including those that a compact journal has dropped. */
  readonly entries: readonly string[];
  readonly latest: number | undefined;
  /** Number of snapshots that were completed. */
  readonly completed: number;
  /** Number of pages and entries that were read. */
  readonly read: { pages: number; entries: number };
  /** A store with the same contents, as if the machine had stopped now. */
  copy(): CountingStore;
}

interface SavedSnapshot extends Snapshot {
  readonly replaced: readonly number[];
  readonly lastPage: number;
}

interface Contents {
  origin: string | undefined;
  entries: string[];
  latest: number | undefined;
  pages: Map<number, string>;
  saved: readonly SavedSnapshot[];
  first: number;
}

export function snapshotStore(start?: Contents): CountingStore {
  const contents: Contents = start ?? {
    origin: undefined,
    entries: [],
    latest: undefined,
    pages: new Map(),
    saved: [],
    first: 0,
  };
  const { entries, pages } = contents;
  const read = { pages: 0, entries: 0 };
  let completed = 0;

  /** Like the store for SQLite: deletes the pages that no snapshot needs any more. */
  function openSnapshots(): SnapshotStore {
    const largest = Math.max(0, ...pages.keys());
    const lastUsed = Math.max(0, ...contents.saved.map((each) => each.lastPage));
    let lastPage = Math.max(largest, lastUsed);
    let hasUnusedPages = largest > lastUsed;
    return {
      get saved() {
        return contents.saved;
      },
      get first() {
        return contents.first;
      },
      readPage(page) {
        read.pages++;
        const text = pages.get(page);
        if (text === undefined) throw new StoreError(`page ${page} is missing`);
        return text;
      },
      writePage(text) {
        pages.set(++lastPage, text);
        return lastPage;
      },
      save(snapshot, replaced) {
        completed++;
        const { saved } = contents;
        if (hasUnusedPages) for (let page = lastUsed + 1; page <= largest; page++) pages.delete(page);
        hasUnusedPages = false;
        if (saved.length > 1) for (const page of saved[0]?.replaced ?? []) pages.delete(page);
        const others = saved.filter(({ position }) => position !== snapshot.position);
        contents.saved = [{ ...snapshot, replaced, lastPage }, ...others.slice(0, 1)];
      },
      drop(end) {
        contents.first = Math.max(contents.first, end);
      },
      discard(position) {
        throw new Error(`The snapshot after ${position} entries was rejected.`);
      },
    };
  }

  return {
    get origin() {
      return contents.origin;
    },
    entries,
    get latest() {
      return contents.latest;
    },
    get completed() {
      return completed;
    },
    read,
    copy: () => snapshotStore({ ...contents, entries: [...entries], pages: new Map(pages) }),
    open: () => ({
      get origin() {
        return contents.origin;
      },
      begin(origin) {
        contents.origin = origin;
      },
      get length() {
        return entries.length;
      },
      read(index) {
        read.entries++;
        if (index < contents.first) throw new StoreError(`entry ${index} has been dropped`);
        return entries[index] ?? "";
      },
      append: (entry) => void entries.push(entry),
      commit: () => undefined,
      get latest() {
        return contents.latest;
      },
      keepTime(time) {
        contents.latest = time;
      },
      snapshots: openSnapshots(),
      close() {},
    }),
  };
}

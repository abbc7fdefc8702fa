import { invalid } from "../../endpoints/index.ts";
import type { StorageLike } from "../../transport/index.ts";
import { canonicalJson } from "./canonicalJson.ts";
import { EMPTY_JOURNAL, mayAppend, type JournalHead } from "./chain.ts";
import type { JournalEntry, JournalStore } from "./journalStore.ts";

/** The members of `LockManager` (`navigator.locks`) that {@link webJournal} uses. */
export interface LocksLike {
  request<T>(name: string, options: { readonly mode: "exclusive" | "shared" }, run: () => Promise<T>): Promise<T>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>;
}

/** Options of {@link webJournal}. */
export interface WebJournalOptions {
  /** Distinguishes several journals of one origin; default `journal`. */
  readonly name?: string | undefined;
  /**
   * Makes tabs take turns; default `navigator.locks`, which pages have over https and on localhost. Pass null only if
   * nothing else writes the journal: no second tab, worker or window.
   */
  readonly locks?: LocksLike | null | undefined;
}

/**
 * Keeps a journal in a `Storage`, such as a page's `localStorage`, under keys that start with `agentexchange.`. Several
 * tabs may share it. It survives the tab and the browser; a browser may lose its last seconds if the computer fails.
 *
 * @throws ValidationError if the runtime has no Web Locks and none were passed
 * @example
 * ```ts
 * import { webJournal } from "agentexchange/tools";
 *
 * const values = new Map<string, string>();
 * const storage = {
 *   get length() { return values.size; },
 *   key: (index: number) => [...values.keys()][index] ?? null,
 *   getItem: (key: string) => values.get(key) ?? null,
 *   setItem: (key: string, value: string) => void values.set(key, value),
 *   removeItem: (key: string) => void values.delete(key),
 * }; // in a page: localStorage
 * const journal = webJournal(storage, { locks: null }); // in a page without { locks: null }
 * console.log((await journal.read(0)).length); // 0
 * ```
 */
export function webJournal(storage: StorageLike, options: WebJournalOptions = {}): JournalStore {
  if (typeof (storage as StorageLike | null | undefined)?.setItem !== "function")
    throw invalid("webJournal", [{ field: "storage", message: "must be a Storage, such as a page's localStorage" }]);
  const { name = "journal", locks = findLocks() } = options;
  const prefix = `agentexchange.${name}.`;
  const headKey = `${prefix}head`;
  const announced = `${prefix}ends-at.`;
  let stopAnnouncing: (() => void) | undefined;

  function readHead(): JournalHead {
    const text = storage.getItem(headKey);
    if (text === null) return EMPTY_JOURNAL;
    const [seq = "", hash = ""] = text.split(" ");
    return { seq: Number(seq), hash };
  }

  function readEntry(seq: number): JournalEntry {
    const text = storage.getItem(prefix + String(seq));
    if (text === null) throw new Error(`Entry ${seq} of the journal "${name}" is missing from the storage.`);
    return JSON.parse(text) as JournalEntry;
  }

  /** The head is written last and in one step, so that entries of an interrupted call do not count. */
  function write(after: number, entries: readonly JournalEntry[]): boolean {
    if (!mayAppend(readHead(), after, entries)) return false;
    for (const entry of entries) storage.setItem(prefix + String(entry.seq), canonicalJson({ ...entry }));
    const last = entries.at(-1);
    if (last !== undefined) storage.setItem(headKey, `${last.seq} ${last.hash}`);
    return true;
  }

  /**
   * Tells the other tabs where the journal ends, by the name of a lock that this tab holds until it appends again. A
   * browser may deliver changes of a storage to other processes later than locks.
   */
  function announce(shared: LocksLike, seq: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const hold = (): Promise<void> =>
        new Promise((release) => {
          stopAnnouncing?.();
          stopAnnouncing = release;
          resolve();
        });
      shared.request(`${announced}${seq}`, { mode: "shared" }, hold).catch(reject);
    });
  }

  async function announcedEnd(shared: LocksLike): Promise<number> {
    const { held = [] } = await shared.query();
    const ends = held.flatMap((lock) =>
      lock.name?.startsWith(announced) === true ? [Number(lock.name.slice(announced.length))] : [],
    );
    return Math.max(0, ...ends);
  }

  return {
    read(after, limit = Number.POSITIVE_INFINITY) {
      const count = Math.max(0, Math.min(readHead().seq - after, limit));
      return Array.from({ length: count }, (_, index) => readEntry(after + 1 + index));
    },
    append(after, entries) {
      if (locks === null) return write(after, entries);
      return locks.request(`${prefix}append`, { mode: "exclusive" }, async () => {
        // What this tab sees is out of date. The caller reads again, by when it may have arrived.
        if ((await announcedEnd(locks)) > readHead().seq || after > readHead().seq) return false;
        if (!write(after, entries)) return false;
        await announce(locks, after + entries.length);
        return true;
      });
    },
  };
}

function findLocks(): LocksLike {
  const { navigator } = globalThis as { readonly navigator?: { readonly locks?: LocksLike } };
  if (navigator?.locks !== undefined) return navigator.locks;
  const message =
    "is required, because this runtime has no navigator.locks (pages have it over https and on localhost). " +
    "Pass null if nothing else writes the journal";
  throw invalid("webJournal", [{ field: "locks", message }]);
}

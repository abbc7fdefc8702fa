import type { JsonObject } from "../json.ts";

/** One entry of a journal. The hash covers the entry and the hash before it, so that a changed journal shows. */
export interface JournalEntry {
  /** 1, 2, 3, ... */
  readonly seq: number;
  /** ISO-8601, by the toolbox's clock. */
  readonly time: string;
  /** The toolbox that wrote it. */
  readonly toolbox: string;
  /** What happened, such as `reserved`, `sending`, `settled`, `refused` or `halted`. */
  readonly kind: string;
  /** The call that it belongs to; null if none. */
  readonly callId: string | null;
  readonly data: JsonObject;
  /** Hash of the entry before it; 64 zeros for the first. */
  readonly previous: string;
  /** SHA-256 in hex of the entry without this field, as canonical JSON. */
  readonly hash: string;
}

/**
 * Stores a journal. Several processes may share one: `append` succeeds only if nobody has appended since, which makes
 * reserving a limit atomic.
 */
export interface JournalStore {
  /** The entries after `seq`, in order; at most `limit` of them, if it is given. */
  read(after: number, limit?: number): Promise<readonly JournalEntry[]> | readonly JournalEntry[];
  /**
   * Appends all entries if the last entry's `seq` is `after`, and resolves to false otherwise, with nothing written. After
   * true, the entries survive a crash of the program. If it throws, they may have been written or not: read before the
   * next attempt.
   */
  append(after: number, entries: readonly JournalEntry[]): Promise<boolean> | boolean;
  /**
   * The newest entry of the kind `checkpoint`, undefined without one. A store with this method is given such an entry after
   * every few hundred others. It contains what all entries before it add up to, so that a toolbox reads only what follows,
   * and the store may drop what is long before it.
   */
  checkpoint?(): Promise<JournalEntry | undefined> | JournalEntry | undefined;
}

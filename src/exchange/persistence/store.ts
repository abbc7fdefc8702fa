/**
 * Where an exchange keeps its journal. Only one exchange at a time may have it open. Everything confirmed by `commit` is
 * there when it is opened again; partly written entries are not.
 */
export interface ExchangeStore {
  /** Opens or creates the store; throws a `StoreError` if it is in use, damaged or not a store. */
  open(): OpenStore;
}

/** An open, append-only store. */
export interface OpenStore {
  /** The parameters of the exchange; undefined while the store is new. */
  readonly origin: string | undefined;
  /** Writes the parameters of the exchange to a new store. */
  begin(origin: string): void;
  /** Number of entries so far, including unconfirmed and dropped ones. */
  readonly length: number;
  /** The entry at an index, counted from 0. */
  read(index: number): string;
  append(entry: string): void;
  /** Resolves when everything appended so far is durable; undefined if it is already. Rejects if writing fails. */
  commit(): Promise<void> | undefined;
  /** The latest saved time; undefined if none was saved. */
  readonly latest?: number | undefined;
  /** Saves a time in Unix milliseconds before which a reopened exchange must not continue. Failures are ignored. */
  keepTime?(time: number): void;
  /** Storage of snapshots. Without it, opening replays the whole journal. */
  readonly snapshots?: SnapshotStore | undefined;
  /** Writes pending entries and closes the store. */
  close(): void;
}

/**
 * Storage of snapshots and of the pages that they consist of. What is written becomes durable together with the entries
 * written before and after it.
 */
export interface SnapshotStore {
  /** The snapshots that are intact, newest first. */
  readonly saved: readonly Snapshot[];
  /** Index of the oldest entry that has not been dropped. */
  readonly first: number;
  /** A page; throws a `StoreError` if it is damaged or missing. */
  readPage(page: number): string;
  /** Writes a new page and returns its number, which is greater than all earlier ones. */
  writePage(text: string): number;
  /**
   * Saves a snapshot; all but this one and the one before are deleted. `replaced` are the pages of the one before that this
   * one does not use: they are deleted together with it.
   */
  save(snapshot: Snapshot, replaced: readonly number[]): void;
  /** Drops entries before an index, which no snapshot needs; the store may keep some of them for a while. */
  drop(end: number): void;
  /** Deletes the snapshot of a position, because it is damaged. */
  discard(position: number): void;
}

/** The state of an exchange after a number of entries. */
export interface Snapshot {
  /** Number of entries that it contains. */
  readonly position: number;
  readonly text: string;
}

/** A store cannot be used: it is damaged, in use, not writable, or belongs to another exchange. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

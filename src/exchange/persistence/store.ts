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
  /** Number of entries, including unconfirmed ones. */
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
  /** Storage of finished orders and trades; by default they stay in memory. */
  readonly archive?: Archive | undefined;
  /** Writes pending entries and closes the store. */
  close(): void;
}

/** Storage of finished orders and trades outside of memory. It is rebuilt from the journal, so it starts out empty. */
export interface Archive {
  /** Adds a row, or replaces the one with the same kind and place. */
  put(row: ArchiveRow): void;
  /** An order, as JSON. */
  find(account: string, id: string): string | undefined;
  /** Matching rows, highest place first, and the number of all matches. */
  page(
    query: ArchiveQuery,
    limit: number,
    offset: number,
  ): { readonly texts: readonly string[]; readonly matches: number };
  /** Matching rows that are not older than `time`, lowest place first. */
  since(query: ArchiveQuery, time: number): Iterable<string>;
  /** Deletes all rows of an agent. */
  forget(agent: string): void;
}

export interface ArchiveRow {
  readonly kind: "order" | "trade";
  readonly id: string;
  readonly account: string;
  readonly agent: string;
  readonly symbol: string;
  readonly side: string;
  readonly status: string;
  /** Position among the rows of its kind; undefined to append. */
  readonly place: number | undefined;
  /** Unix milliseconds. */
  readonly time: number;
  readonly text: string;
}

/** Selects rows by kind and account, and by all other fields that are given. */
export interface ArchiveQuery {
  readonly kind: ArchiveRow["kind"];
  readonly account: string;
  readonly agent?: string | undefined;
  readonly symbol?: string | undefined;
  readonly side?: string | undefined;
  readonly status?: string | undefined;
}

/** A store cannot be used: it is damaged, in use, not writable, or belongs to another exchange. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/**
 * Where an exchange keeps its journal. One exchange at a time has it open; what `commit` has confirmed is there
 * when it is opened again, and nothing of what was not written whole.
 */
export interface ExchangeStore {
  /** Opens it, or makes it; fails with a `StoreError` when it is in use, damaged or something else. */
  open(): OpenStore;
}

/** An open store: entries are only ever added. */
export interface OpenStore {
  /** What the exchange was made from; undefined while the store is new. */
  readonly origin: string | undefined;
  /** Notes what the exchange is made from, in a store that is new. */
  begin(origin: string): void;
  /** How many entries there are, those included that are not confirmed yet. */
  readonly length: number;
  /** The text of one entry, counted from 0. */
  read(index: number): string;
  append(entry: string): void;
  /** Resolves when everything appended so far outlives a crash, undefined when it does already; rejects when it cannot. */
  commit(): Promise<void> | undefined;
  /** The latest of the times that were kept; undefined when none was. Left out, the entries' own times count only. */
  readonly latest?: number | undefined;
  /** Keeps a time, in Unix milliseconds, that the exchange must not stand before when it is opened again. Fails silently. */
  keepTime?(time: number): void;
  /** Where finished orders and trades are kept; left out, they stay in memory. */
  readonly archive?: Archive | undefined;
  /** Writes what is not written yet. */
  close(): void;
}

/** Orders and trades that memory need not hold. They follow from the entries: each exchange starts with an empty one. */
export interface Archive {
  /** Adds a row, or puts it in the place of the one with the same kind and place. */
  put(row: ArchiveRow): void;
  /** The text of an order. */
  find(account: string, id: string): string | undefined;
  /** Texts of the rows that fit, those with the highest places first, and how many fit in all. */
  page(
    query: ArchiveQuery,
    limit: number,
    offset: number,
  ): { readonly texts: readonly string[]; readonly matches: number };
  /** Texts of the rows that fit and are not older than a time, by place. */
  since(query: ArchiveQuery, time: number): Iterable<string>;
  /** Removes an agent's rows. */
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
  /** Where it belongs among those of its kind; undefined for the end. */
  readonly place: number | undefined;
  /** Unix milliseconds. */
  readonly time: number;
  readonly text: string;
}

/** Rows of a kind and an account; what else is given has to fit, too. */
export interface ArchiveQuery {
  readonly kind: ArchiveRow["kind"];
  readonly account: string;
  readonly agent?: string | undefined;
  readonly symbol?: string | undefined;
  readonly side?: string | undefined;
  readonly status?: string | undefined;
}

/** A store cannot be used: damaged, in use, made by another exchange, or not writable. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

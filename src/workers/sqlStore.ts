import type { SqlDatabase } from "../bots/index.ts";
import { StoreError, type ExchangeStore, type OpenStore, type Snapshot } from "../exchange/index.ts";

/** A database whose commits can wait for each other. */
export interface StoreDatabase extends SqlDatabase {
  /** Resolves after the requests that have arrived by now. A commit waits for it, so that they share a transaction. */
  turn?(): Promise<void>;
}

/** Called inside the transaction that writes an entry. */
export type EntryObserver = (entry: string) => void;

const SCHEMA = [
  "exchange_origin (id INTEGER PRIMARY KEY, text TEXT NOT NULL)",
  "exchange_entries (id INTEGER PRIMARY KEY, text TEXT NOT NULL, parts INTEGER NOT NULL)",
  "exchange_pages (id INTEGER PRIMARY KEY, text TEXT NOT NULL, parts INTEGER NOT NULL)",
  "exchange_snapshots (id INTEGER PRIMARY KEY, text TEXT NOT NULL, parts INTEGER NOT NULL)",
  "exchange_parts (of TEXT, id INTEGER, part INTEGER, text TEXT NOT NULL, PRIMARY KEY (of, id, part)) WITHOUT ROWID",
];

type Table = "exchange_entries" | "exchange_pages" | "exchange_snapshots";

/** Characters of one value: at most three bytes each, and a value may have 2 MB. */
const MAX_LENGTH = 600_000;

/** What a snapshot's row contains. */
interface SavedSnapshot {
  readonly text: string;
  /** The pages of the snapshot before that this one does not use. */
  readonly replaced: readonly number[];
  readonly lastPage: number;
}

/**
 * Keeps an exchange in a database with one function for statements. A new database stays empty until something is
 * committed. Each commit is one transaction: if it fails, nothing of it is written, and every later write fails too,
 * because the exchange's memory is then ahead of the database. Open the store again after that.
 */
export function sqlStore(database: StoreDatabase, observe?: EntryObserver): ExchangeStore {
  return { open: () => openStore(database, observe) };
}

function openStore(database: StoreDatabase, observe: EntryObserver | undefined): OpenStore {
  let isNew = first(database, "SELECT 1 FROM sqlite_master WHERE name = 'exchange_origin'") === undefined;
  let origin = isNew ? undefined : textOf(first(database, "SELECT text FROM exchange_origin"), "origin");
  let length = isNew ? 0 : numberOf(database, "SELECT max(id) + 1 FROM exchange_entries");
  const snapshots = isNew ? [] : readSnapshots(database);
  // Compaction may have dropped every entry that a snapshot contains.
  length = Math.max(length, snapshots[0]?.position ?? 0);
  let oldest = isNew ? 0 : numberOf(database, "SELECT min(id) FROM exchange_entries", length);
  const found = isNew ? 0 : numberOf(database, "SELECT max(id) FROM exchange_pages");
  const used = (): number => Math.max(0, ...snapshots.map(({ lastPage }) => lastPage));
  let page = Math.max(found, used());
  let hasSaved = false;

  let pending: (() => void)[] = [];
  const unwritten = { exchange_entries: new Map<number, string>(), exchange_pages: new Map<number, string>() };
  let failure: StoreError | undefined;
  let flushing: Promise<void> | undefined;

  function write(statements: () => void): void {
    if (failure !== undefined) throw failure;
    pending.push(statements);
  }

  function read(table: keyof typeof unwritten, id: number): string {
    return unwritten[table].get(id) ?? readText(database, table, id);
  }

  function commit(): Promise<void> | undefined {
    if (failure !== undefined) return Promise.reject(failure);
    if (pending.length === 0) return undefined;
    if (database.turn === undefined) return flush();
    flushing ??= database.turn().then(flush);
    flushing.catch(() => {});
    return flushing;
  }

  function flush(): Promise<void> | undefined {
    flushing = undefined;
    if (failure === undefined && pending.length > 0) {
      try {
        database.transactionSync(() => {
          if (isNew) createTables(database, origin ?? "");
          for (const statements of pending) statements();
        });
      } catch (cause) {
        failure = new StoreError(`The exchange's state cannot be written: ${messageOf(cause)}`, { cause });
      }
      isNew = false;
      pending = [];
      for (const texts of Object.values(unwritten)) texts.clear();
    }
    return failure && Promise.reject(failure);
  }

  return {
    get origin() {
      return origin;
    },
    begin(text) {
      origin = text;
    },
    get length() {
      return length;
    },
    read: (index) => read("exchange_entries", index),
    append(entry) {
      const id = length;
      write(() => {
        writeText(database, "exchange_entries", id, entry);
        observe?.(entry);
      });
      unwritten.exchange_entries.set(id, entry);
      length++;
    },
    commit,
    snapshots: {
      get saved() {
        return snapshots;
      },
      get first() {
        return oldest;
      },
      readPage: (id) => read("exchange_pages", id),
      writePage(text) {
        const id = page + 1;
        write(() => writeText(database, "exchange_pages", id, text));
        unwritten.exchange_pages.set(id, text);
        page = id;
        return id;
      },
      save({ position, text }, replaced) {
        const [before] = snapshots;
        const saved = { position, text, replaced, lastPage: page };
        const unfinished = hasSaved ? undefined : used();
        write(() => {
          // Pages of snapshots that were not completed.
          if (unfinished !== undefined)
            deleteTexts(database, "exchange_pages", "id > ? AND id <= ?", unfinished, found);
          deleteTexts(
            database,
            "exchange_snapshots",
            "id NOT IN (?, ?) OR id = ?",
            position,
            before?.position ?? position,
            position,
          );
          writeText(
            database,
            "exchange_snapshots",
            position,
            JSON.stringify({ text, replaced, lastPage: saved.lastPage }),
          );
          if (before !== undefined && before.replaced.length > 0)
            deleteTexts(
              database,
              "exchange_pages",
              "id IN (SELECT value FROM json_each(?))",
              JSON.stringify(before.replaced),
            );
        });
        hasSaved = true;
        snapshots.splice(0, snapshots.length, ...(before === undefined ? [saved] : [saved, before]));
      },
      drop(end) {
        if (end <= oldest) return;
        write(() => deleteTexts(database, "exchange_entries", "id < ?", end));
        oldest = end;
      },
      discard(position) {
        write(() => deleteTexts(database, "exchange_snapshots", "id = ?", position));
        const index = snapshots.findIndex((each) => each.position === position);
        if (index >= 0) snapshots.splice(index, 1);
      },
    },
    close: () => void flush()?.catch(() => {}),
  };
}

function createTables(database: StoreDatabase, origin: string): void {
  for (const table of SCHEMA) run(database, `CREATE TABLE ${table}`);
  run(database, "INSERT INTO exchange_origin VALUES (0, ?)", origin);
}

function readSnapshots(database: StoreDatabase): (Snapshot & SavedSnapshot)[] {
  const rows = [...database.exec("SELECT id FROM exchange_snapshots ORDER BY id DESC")];
  return rows.map(({ id }) => {
    const position = Number(id);
    const { text, replaced, lastPage } = JSON.parse(
      readText(database, "exchange_snapshots", position),
    ) as SavedSnapshot;
    return { position, text, replaced, lastPage };
  });
}

/** Writes a text in as many rows as it needs. */
function writeText(database: StoreDatabase, table: Table, id: number, text: string): void {
  const parts = split(text);
  run(database, `INSERT INTO ${table} VALUES (?, ?, ?)`, id, parts[0] ?? "", parts.length - 1);
  for (const [part, piece] of parts.entries())
    if (part > 0) run(database, "INSERT INTO exchange_parts VALUES (?, ?, ?, ?)", table, id, part, piece);
}

function split(text: string): readonly string[] {
  if (text.length <= MAX_LENGTH) return [text];
  const parts: string[] = [];
  for (let start = 0; start < text.length;) {
    let end = start + MAX_LENGTH;
    // Half of a surrogate pair cannot be stored.
    if (/[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end--;
    parts.push(text.slice(start, end));
    start = end;
  }
  return parts;
}

function readText(database: StoreDatabase, table: Table, id: number): string {
  for (const { text, parts } of database.exec(`SELECT text, parts FROM ${table} WHERE id = ?`, id)) {
    if (parts === 0) return textOf(text, table);
    const rest = [...database.exec("SELECT text FROM exchange_parts WHERE of = ? AND id = ? ORDER BY part", table, id)];
    if (rest.length !== parts) break;
    return textOf(text, table) + rest.map((row) => textOf(row["text"], table)).join("");
  }
  throw new StoreError(`The store is damaged: ${id} of ${table} is missing.`);
}

function deleteTexts(
  database: StoreDatabase,
  table: Table,
  condition: string,
  ...bindings: readonly (string | number)[]
): void {
  run(database, `DELETE FROM exchange_parts WHERE of = ? AND (${condition})`, table, ...bindings);
  run(database, `DELETE FROM ${table} WHERE ${condition}`, ...bindings);
}

function run(database: StoreDatabase, query: string, ...bindings: readonly (string | number)[]): void {
  // Some databases execute a statement only as its rows are read.
  for (const _ of database.exec(query, ...bindings));
}

function first(database: StoreDatabase, query: string): unknown {
  for (const row of database.exec(query)) return Object.values(row)[0] ?? undefined;
  return undefined;
}

function numberOf(database: StoreDatabase, query: string, otherwise = 0): number {
  return Number(first(database, query) ?? otherwise);
}

function textOf(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw new StoreError(`The store is damaged: a text of ${what} is missing.`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

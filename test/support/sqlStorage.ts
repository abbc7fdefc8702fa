// A store over a database with a single function, such as a Durable Object's `sql`. It shows how little a store must do.
import { DatabaseSync } from "node:sqlite";
import { StoreError, type ExchangeStore, type OpenStore } from "../../src/exchange/index.ts";

type Value = string | number;

/** Runs a statement; returns its rows. */
export interface SqlStorage {
  exec(query: string, ...bindings: readonly Value[]): Iterable<Readonly<Record<string, unknown>>>;
}

export function sqlStorage(): SqlStorage & { close(): void } {
  const database = new DatabaseSync(":memory:");
  return {
    exec: (query, ...bindings) => database.prepare(query).all(...bindings),
    close: () => database.close(),
  };
}

const TABLES = [
  "about (name TEXT PRIMARY KEY, value ANY)",
  "entries (seq INTEGER PRIMARY KEY, text TEXT NOT NULL)",
  "pages (id INTEGER PRIMARY KEY, text TEXT NOT NULL)",
  "snapshots (position INTEGER PRIMARY KEY, text TEXT NOT NULL, replaced TEXT NOT NULL)",
];

export function sqlStore(sql: SqlStorage): ExchangeStore {
  return { open: () => openStore(sql) };
}

function openStore(sql: SqlStorage): OpenStore {
  for (const table of TABLES) sql.exec(`CREATE TABLE IF NOT EXISTS ${table}`);
  const first = (query: string, ...bindings: readonly Value[]): unknown => {
    for (const row of sql.exec(query, ...bindings)) return Object.values(row)[0] ?? undefined;
    return undefined;
  };
  const about = (name: string): unknown => first("SELECT value FROM about WHERE name = ?", name);
  const setAbout = (name: string, value: Value): void =>
    void sql.exec("INSERT OR REPLACE INTO about VALUES (?, ?)", name, value);
  const text = (query: string, key: number): string => {
    const found = first(query, key);
    if (typeof found !== "string") throw new StoreError(`the store is damaged: ${key} is missing`);
    return found;
  };
  let length = Number(first("SELECT max(seq) + 1 FROM entries") ?? 0);
  let page = Number(first("SELECT max(id) FROM pages") ?? 0);
  return {
    get origin() {
      return about("origin") as string | undefined;
    },
    begin: (origin) => setAbout("origin", origin),
    get length() {
      return length;
    },
    read: (index) => text("SELECT text FROM entries WHERE seq = ?", index),
    append: (entry) => void sql.exec("INSERT INTO entries VALUES (?, ?)", length++, entry),
    // Every statement is durable when it returns.
    commit: () => undefined,
    get latest() {
      return about("latest") as number | undefined;
    },
    keepTime: (time) => setAbout("latest", time),
    snapshots: {
      get saved() {
        const rows = [...sql.exec("SELECT position, text FROM snapshots ORDER BY position DESC")];
        return rows as unknown as readonly { readonly position: number; readonly text: string }[];
      },
      get first() {
        return Number(first("SELECT min(seq) FROM entries") ?? length);
      },
      readPage: (id) => text("SELECT text FROM pages WHERE id = ?", id),
      writePage(content) {
        sql.exec("INSERT INTO pages VALUES (?, ?)", ++page, content);
        return page;
      },
      save({ position, text: content }, replaced) {
        const unused = first("SELECT replaced FROM snapshots ORDER BY position DESC LIMIT 1");
        sql.exec("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?)", position, content, JSON.stringify(replaced));
        sql.exec(
          "DELETE FROM snapshots WHERE position NOT IN (SELECT position FROM snapshots ORDER BY position DESC LIMIT 2)",
        );
        if (typeof unused === "string")
          sql.exec("DELETE FROM pages WHERE id IN (SELECT value FROM json_each(?))", unused);
      },
      drop: (end) => void sql.exec("DELETE FROM entries WHERE seq < ?", end),
      discard: (position) => void sql.exec("DELETE FROM snapshots WHERE position = ?", position),
    },
    close() {},
  };
}

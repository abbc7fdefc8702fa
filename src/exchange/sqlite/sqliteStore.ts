import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { setImmediate } from "node:timers";
import { StoreError, type ExchangeStore, type OpenStore } from "../persistence/store.ts";
import { createArchive } from "./archive.ts";
import { openDatabase, type Database } from "./driver.ts";
import { checkPlace, keepPrivate, madeWhole, placeProblem } from "./files.ts";
import { createKeptTime, type KeptTime } from "./keptTime.ts";

/**
 * Keeps an exchange in a file, by the runtime's own SQLite: `node:sqlite` in Node (22.13 or later) and Deno,
 * `bun:sqlite` in Bun. Everything is on the disk before it is answered. The file holds what all keys
 * come from: only its owner may read it (0600), and so it should stay.
 *
 * @example
 * ```ts
 * import { createExchange } from "agentexchange/exchange";
 * import { sqliteStore } from "agentexchange/exchange/sqlite";
 *
 * const exchange = createExchange({ store: sqliteStore("exchange.db"), seed: 42 });
 * ```
 */
export function sqliteStore(path: string): ExchangeStore {
  return { open: () => openStore(path) };
}

// "AEXC": tells our files from other programs'.
const APPLICATION = 0x41455843;
const FORMAT = 1;
const CHUNK = 1000;

const SCHEMA = `
  CREATE TABLE entries (seq INTEGER PRIMARY KEY, text TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
  CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 0), origin TEXT NOT NULL, length INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
`;

interface Head {
  readonly origin: string;
  readonly length: number;
  readonly hash: string;
}

function openStore(path: string): OpenStore {
  checkPlace(path);
  let opened = existsSync(path) ? openFile(path) : undefined;

  function current(): OpenFile {
    if (opened === undefined) throw new StoreError(`${path} has not been begun`);
    return opened;
  }

  return {
    get origin() {
      return opened?.origin;
    },
    get length() {
      return opened?.length ?? 0;
    },
    begin(origin) {
      try {
        madeWhole(path, (draft) => makeFile(draft, origin));
      } catch (error) {
        throw placeProblem(path, error);
      }
      opened = openFile(path);
    },
    read: (index) => current().read(index),
    append: (entry) => current().append(entry),
    commit: () => opened?.commit(),
    get latest() {
      return opened?.latest;
    },
    keepTime: (time) => opened?.keepTime(time),
    get archive() {
      return opened?.archive;
    },
    close: () => opened?.close(),
  };
}

function makeFile(path: string, origin: string): void {
  const database = openDatabase(path);
  try {
    database.exec(
      `PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${FORMAT}; PRAGMA synchronous = FULL;`,
    );
    database.exec(`BEGIN; ${SCHEMA}`);
    database.prepare("INSERT INTO head VALUES (0, ?, 0, ?)").run(origin, chained("", origin));
    database.exec("COMMIT");
  } catch (cause) {
    throw new StoreError(`${path.replace(/-new$/, "")} cannot be written: ${reasonOf(cause)}`, { cause });
  } finally {
    database.close();
  }
}

interface OpenFile extends Omit<OpenStore, "begin"> {
  readonly origin: string;
  keepTime(time: number): void;
}

function openFile(path: string): OpenFile {
  if (statSync(path).size === 0)
    throw new StoreError(`${path} is empty: what was in it is lost; delete it to begin anew`);
  keepPrivate(path);
  const database = openedDatabase(path);
  let head: Head;
  let keptTime: KeptTime;
  try {
    head = checked(database, path);
    keptTime = createKeptTime(database, path, (text) => chained("clock", text));
  } catch (error) {
    database.close();
    throw error instanceof StoreError ? error : problemOf(path, error);
  }

  const insert = database.prepare("INSERT INTO entries VALUES (?, ?, ?)");
  const advance = database.prepare("UPDATE head SET length = ?, hash = ?");
  const select = database.prepare("SELECT text FROM entries WHERE seq = ?");
  const archive = createArchive(database);
  let { length, hash } = head;
  let open = true;
  let written: Promise<void> | undefined;
  let failure: StoreError | undefined;

  /** What was carried out and not written down is in memory only: from now on nothing is let happen. */
  function failed(cause: unknown): StoreError {
    failure ??= new StoreError(`${path} cannot be written: ${reasonOf(cause)}`, { cause });
    return failure;
  }

  function writing<Result>(run: () => Result): Result {
    try {
      return run();
    } catch (cause) {
      throw failed(cause);
    }
  }

  /** Whatever has been appended since the last time becomes lasting at once: one wait for the disk, however much it is. */
  function flush(): void {
    if (written === undefined || failure !== undefined) return;
    written = undefined;
    writing(() => {
      advance.run(length, hash);
      database.exec("COMMIT");
    });
  }

  function begun(): Promise<void> {
    database.exec("BEGIN IMMEDIATE");
    const done = new Promise<void>((resolve, reject) => {
      // After the requests that have arrived together have all been carried out.
      setImmediate(() => {
        try {
          flush();
          if (failure !== undefined) throw failure;
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
    // Whoever waits for it is told; nobody may.
    done.catch(() => {});
    return done;
  }

  return {
    origin: head.origin,
    archive: {
      ...archive,
      put: (row) => writing(() => archive.put(row)),
      forget: (agent) => writing(() => archive.forget(agent)),
    },
    latest: keptTime.latest,
    keepTime(time) {
      if (!open || failure !== undefined) return;
      flush();
      keptTime.keep(time);
    },
    get length() {
      return length;
    },
    read(index) {
      const row = select.get(index) as { readonly text: string } | undefined;
      if (row === undefined) throw new StoreError(`${path} has no entry ${index}`);
      return row.text;
    },
    append(entry) {
      if (!open) throw new StoreError(`${path} is closed`);
      if (failure !== undefined) throw failure;
      const next = chained(hash, entry);
      writing(() => {
        written ??= begun();
        insert.run(length, entry, next);
      });
      hash = next;
      length++;
    },
    commit: () => (failure === undefined ? written : Promise.reject(failure)),
    close() {
      if (!open) return;
      open = false;
      try {
        flush();
        // Takes the rollback journal away.
        if (failure === undefined) database.exec("PRAGMA journal_mode = DELETE");
      } finally {
        database.close();
      }
    },
  };
}

/** Takes the file into use, for this exchange alone, and makes sure that it is what was written. */
function checked(database: Database, path: string): Head {
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  const application = numberOf(database, "PRAGMA application_id");
  if (application !== APPLICATION) throw new StoreError(`${path} is no store of an exchange`);
  const format = numberOf(database, "PRAGMA user_version");
  if (format !== FORMAT)
    throw new StoreError(`${path} has format ${format}, but this version reads format ${FORMAT} only`);
  // One file, and nothing beside it that could be lost or damaged unnoticed, as the tail of a write-ahead log can.
  database.exec("PRAGMA journal_mode = PERSIST; PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON");
  database.exec("BEGIN EXCLUSIVE; COMMIT");
  const integrity = textOf(database, "PRAGMA integrity_check(1)");
  if (integrity !== "ok") throw new StoreError(`${path} is damaged: ${integrity}`);
  const head = database.prepare("SELECT origin, length, hash FROM head").get() as Head | undefined;
  if (head === undefined) throw new StoreError(`${path} is damaged: it does not say what it is`);
  let { seq, hash } = { seq: 0, hash: chained("", head.origin) };
  const chunk = database.prepare(`SELECT seq, text, hash FROM entries WHERE seq >= ? ORDER BY seq LIMIT ${CHUNK}`);
  for (let rows = rowsFrom(seq); rows.length > 0; rows = rowsFrom(seq)) {
    for (const row of rows) {
      hash = chained(hash, row.text);
      if (row.seq !== seq || row.hash !== hash)
        throw new StoreError(`${path} is damaged: entry ${seq} is not what was written`);
      seq++;
    }
  }
  if (seq !== head.length || hash !== head.hash)
    throw new StoreError(`${path} is damaged: it has ${seq} of ${head.length} entries`);
  return head;

  function rowsFrom(first: number): readonly { readonly seq: number; readonly text: string; readonly hash: string }[] {
    return chunk.all(first) as readonly { readonly seq: number; readonly text: string; readonly hash: string }[];
  }
}

/** Each entry's hash covers all before it: nothing can be changed, left out or put in between. */
function chained(previous: string, text: string): string {
  return createHash("sha256").update(previous).update("\n").update(text).digest("base64url");
}

function numberOf(database: Database, pragma: string): number {
  return Number(firstOf(database, pragma));
}

function textOf(database: Database, pragma: string): string {
  return String(firstOf(database, pragma));
}

function firstOf(database: Database, pragma: string): unknown {
  return Object.values((database.prepare(pragma).get() ?? {}) as Readonly<Record<string, unknown>>)[0];
}

function openedDatabase(path: string): Database {
  try {
    return openDatabase(path);
  } catch (error) {
    throw placeProblem(path, error);
  }
}

function problemOf(path: string, cause: unknown): StoreError {
  const reason = reasonOf(cause);
  if (/locked|busy/i.test(reason)) return new StoreError(`${path} is in use by another exchange`, { cause });
  if (/not a database/i.test(reason)) return new StoreError(`${path} is no store of an exchange`, { cause });
  if (/readonly|unable to open/i.test(reason)) return placeProblem(path, cause);
  if (/full|I\/O/i.test(reason)) return new StoreError(`${path} cannot be written: ${reason}`, { cause });
  return new StoreError(`${path} is damaged: ${reason}`, { cause });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

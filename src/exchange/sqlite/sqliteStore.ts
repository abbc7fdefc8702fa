import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { setImmediate } from "node:timers";
import { StoreError, type ExchangeStore, type OpenStore } from "../persistence/store.ts";
import { openDatabase, type Database } from "./driver.ts";
import { checkPath, createAtomically, restrictToOwner, toStoreError } from "./files.ts";
import { createSavedTime, type SavedTime } from "./savedTime.ts";
import { openSnapshots, SNAPSHOT_SCHEMA, type Chain } from "./snapshots.ts";

/**
 * Keeps an exchange in a file, using the runtime's own SQLite: `node:sqlite` in Node (22.13 or later) and Deno,
 * `bun:sqlite` in Bun. Every change is on disk before its request is answered. The file contains the root key, from
 * which all keys are derived; it is created with permissions 0600, so keep it readable only by its owner.
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

// "AEXC", identifies the files of this store.
const APPLICATION = 0x41455843;
const FORMAT = 2;
/** The format of files without snapshots. */
const OLD_FORMAT = 1;
const CHUNK = 1000;
/** Opening verifies at least this many of the newest entries; older ones are verified when they are read. */
const VERIFIED = 10_000;
/** Up to this size in bytes, opening also checks the whole file. */
const CHECKED_SIZE = 32 * 1024 * 1024;

const SCHEMA = `
  CREATE TABLE entries (seq INTEGER PRIMARY KEY, text TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
  CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 0), origin TEXT NOT NULL, length INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
`;

interface Entry {
  readonly seq: number;
  readonly text: string;
  readonly hash: string;
}

interface Head {
  readonly origin: string;
  readonly length: number;
  readonly hash: string;
}

function openStore(path: string): OpenStore {
  checkPath(path);
  let opened = existsSync(path) ? openFile(path) : undefined;

  function current(): OpenFile {
    if (opened === undefined) throw new StoreError(`${path} has not been initialized`);
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
        createAtomically(path, (draft) => createFile(draft, origin));
      } catch (error) {
        throw toStoreError(path, error);
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
    get snapshots() {
      return opened?.snapshots;
    },
    close: () => opened?.close(),
  };
}

function createFile(path: string, origin: string): void {
  const database = openDatabase(path);
  try {
    database.exec(
      `PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${FORMAT}; PRAGMA synchronous = FULL;`,
    );
    database.exec(`BEGIN; ${SCHEMA} ${SNAPSHOT_SCHEMA}`);
    database.prepare("INSERT INTO head VALUES (0, ?, 0, ?)").run(origin, chainHash("", origin));
    database.exec("COMMIT");
  } catch (cause) {
    throw new StoreError(`${path.replace(/-new$/, "")} cannot be written: ${messageOf(cause)}`, { cause });
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
    throw new StoreError(`${path} is empty: its content is lost. Delete it to start again.`);
  restrictToOwner(path);
  const database = openFileDatabase(path);
  let head: Head;
  let savedTime: SavedTime;
  try {
    head = verify(database, path);
    savedTime = createSavedTime(database, path, (text) => chainHash("clock", text));
  } catch (error) {
    database.close();
    throw error instanceof StoreError ? error : toOpenError(path, error);
  }

  const insert = database.prepare("INSERT INTO entries VALUES (?, ?, ?)");
  const advance = database.prepare("UPDATE head SET length = ?, hash = ?");
  const select = database.prepare<Pick<Entry, "text" | "hash">>("SELECT text, hash FROM entries WHERE seq = ?");
  const selectHash = database.prepare<Pick<Entry, "hash">>("SELECT hash FROM entries WHERE seq = ?");
  let { length, hash } = head;
  let open = true;
  let pendingCommit: Promise<void> | undefined;
  let failure: StoreError | undefined;

  /** Changes that could not be written exist in memory only, so from now on every write fails. */
  function recordFailure(cause: unknown): StoreError {
    failure ??= new StoreError(`${path} cannot be written: ${messageOf(cause)}`, { cause });
    return failure;
  }

  function tryWriting<Result>(run: () => Result): Result {
    try {
      return run();
    } catch (cause) {
      throw recordFailure(cause);
    }
  }

  /** Commits everything appended since the last flush in one transaction. */
  function flush(): void {
    if (pendingCommit === undefined || failure !== undefined) return;
    pendingCommit = undefined;
    tryWriting(() => {
      advance.run(length, hash);
      database.exec("COMMIT");
    });
  }

  function beginTransaction(): Promise<void> {
    database.exec("BEGIN IMMEDIATE");
    const committed = new Promise<void>((resolve, reject) => {
      // After all requests that arrived together have been executed.
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
    // Callers of commit() get the rejection. There may be none.
    committed.catch(() => {});
    return committed;
  }

  const chain: Chain = {
    get length() {
      return length;
    },
    get hash() {
      return hash;
    },
    hashAfter: (count) =>
      count === length ? hash : count === 0 ? chainHash("", head.origin) : selectHash.get(count - 1)?.hash,
  };
  const snapshots = openSnapshots(database, path, hashParts, chain, (run) =>
    tryWriting(() => {
      pendingCommit ??= beginTransaction();
      return run();
    }),
  );

  return {
    origin: head.origin,
    snapshots,
    latest: savedTime.latest,
    keepTime(time) {
      if (!open || failure !== undefined) return;
      flush();
      savedTime.save(time);
    },
    get length() {
      return length;
    },
    read(index) {
      const row = select.get(index);
      if (row === undefined) throw new StoreError(`${path} has no entry ${index}`);
      const before = chain.hashAfter(index);
      if (before !== undefined && row.hash !== chainHash(before, row.text))
        throw new StoreError(`${path} is damaged: entry ${index} has been changed`);
      return row.text;
    },
    append(entry) {
      if (!open) throw new StoreError(`${path} is closed`);
      if (failure !== undefined) throw failure;
      const next = chainHash(hash, entry);
      tryWriting(() => {
        pendingCommit ??= beginTransaction();
        insert.run(length, entry, next);
      });
      hash = next;
      length++;
    },
    commit: () => (failure === undefined ? pendingCommit : Promise.reject(failure)),
    close() {
      if (!open) return;
      open = false;
      try {
        flush();
        // Removes the rollback journal.
        if (failure === undefined) database.exec("PRAGMA journal_mode = DELETE");
      } finally {
        database.close();
      }
    },
  };
}

/** Locks the file for this exchange and verifies its integrity. */
function verify(database: Database, path: string): Head {
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  const application = numberOf(database, "PRAGMA application_id");
  if (application !== APPLICATION) throw new StoreError(`${path} is not a store of an exchange`);
  const format = numberOf(database, "PRAGMA user_version");
  if (format !== FORMAT && format !== OLD_FORMAT)
    throw new StoreError(`${path} has format ${format}, but this version only reads formats up to ${FORMAT}`);
  // No write-ahead log: losing its tail would go unnoticed.
  database.exec("PRAGMA journal_mode = PERSIST; PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON");
  database.exec("BEGIN EXCLUSIVE; COMMIT");
  const integrity = statSync(path).size > CHECKED_SIZE ? "ok" : textOf(database, "PRAGMA integrity_check(1)");
  if (integrity !== "ok") throw new StoreError(`${path} is damaged: ${integrity}`);
  const head = database.prepare<Head>("SELECT origin, length, hash FROM head").get();
  if (head === undefined) throw new StoreError(`${path} is damaged: its head is missing`);
  if (format === OLD_FORMAT) database.exec(`BEGIN; ${SNAPSHOT_SCHEMA} PRAGMA user_version = ${FORMAT}; COMMIT`);
  let { seq, hash } = firstToVerify(database, head);
  const chunk = database.prepare<Entry>(
    `SELECT seq, text, hash FROM entries WHERE seq >= ? ORDER BY seq LIMIT ${CHUNK}`,
  );
  for (let rows = chunk.all(seq); rows.length > 0; rows = chunk.all(seq)) {
    for (const row of rows) {
      hash = chainHash(hash, row.text);
      if (row.seq !== seq || row.hash !== hash)
        throw new StoreError(`${path} is damaged: entry ${seq} has been changed`);
      seq++;
    }
  }
  if (seq !== head.length || hash !== head.hash)
    throw new StoreError(`${path} is damaged: it has ${seq} of ${head.length} entries`);
  return head;
}

/** The first entry to verify, and the hash before it. */
function firstToVerify(database: Database, head: Head): Pick<Entry, "seq" | "hash"> {
  const oldest = database.prepare<Pick<Entry, "seq">>("SELECT seq FROM entries ORDER BY seq LIMIT 1").get();
  const snapshots = database
    .prepare<{ readonly position: number; readonly chain: string }>(
      "SELECT position, chain FROM snapshots ORDER BY position",
    )
    .all();
  // Without a snapshot the whole journal is going to be replayed.
  const [snapshot] = snapshots;
  const wanted = snapshot === undefined ? 0 : Math.min(snapshot.position, Math.max(0, head.length - VERIFIED));
  const seq = Math.max(wanted, oldest?.seq ?? head.length);
  if (seq === 0) return { seq, hash: chainHash("", head.origin) };
  const select = database.prepare<Pick<Entry, "hash">>("SELECT hash FROM entries WHERE seq = ?");
  const before = select.get(seq - 1)?.hash ?? snapshots.find(({ position }) => position === seq)?.chain;
  if (before !== undefined) return { seq, hash: before };
  // What preceded the oldest entry has been dropped, so only the entries after it can be verified.
  return { seq: seq + 1, hash: select.get(seq)?.hash ?? "" };
}

/** A hash of texts, whatever they contain. */
function hashParts(...parts: readonly string[]): string {
  return chainHash("snapshot", JSON.stringify(parts));
}

/** Each entry's hash covers all earlier ones, so changed, missing and inserted entries are detected. */
function chainHash(previous: string, text: string): string {
  return createHash("sha256").update(previous).update("\n").update(text).digest("base64url");
}

function numberOf(database: Database, pragma: string): number {
  return Number(firstOf(database, pragma));
}

function textOf(database: Database, pragma: string): string {
  return String(firstOf(database, pragma));
}

function firstOf(database: Database, pragma: string): unknown {
  return Object.values(database.prepare<Readonly<Record<string, unknown>>>(pragma).get() ?? {})[0];
}

function openFileDatabase(path: string): Database {
  try {
    return openDatabase(path);
  } catch (error) {
    throw toStoreError(path, error);
  }
}

function toOpenError(path: string, cause: unknown): StoreError {
  const reason = messageOf(cause);
  if (/locked|busy/i.test(reason)) return new StoreError(`${path} is in use by another exchange`, { cause });
  if (/not a database/i.test(reason)) return new StoreError(`${path} is not a store of an exchange`, { cause });
  if (/readonly|unable to open/i.test(reason)) return toStoreError(path, cause);
  if (/full|I\/O/i.test(reason)) return new StoreError(`${path} cannot be written: ${reason}`, { cause });
  return new StoreError(`${path} is damaged: ${reason}`, { cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

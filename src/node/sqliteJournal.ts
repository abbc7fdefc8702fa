import { closeSync } from "node:fs";
import type { Database, Statement } from "../exchange/sqlite/driver.ts";
import { toStoreError } from "../exchange/sqlite/files.ts";
import { canonicalJson } from "../tools/journal/canonicalJson.ts";
import { EMPTY_JOURNAL, mayAppend, type JournalHead } from "../tools/journal/chain.ts";
import type { JournalEntry } from "../tools/journal/journalStore.ts";
import { openJournalFile, watchPlace, type OpenJournal } from "./journalFile.ts";

// "AEJL", identifies the files of this store.
const APPLICATION = 0x41454a4c;
const FORMAT = 1;
const SCHEMA = "CREATE TABLE entries (seq INTEGER PRIMARY KEY, hash TEXT NOT NULL, text TEXT NOT NULL) STRICT";
/** How long to wait for another process, in milliseconds. The system ends the lock of a killed process. */
const PATIENCE = 10_000;

/**
 * Keeps a journal in a file of the runtime's own SQLite: `node:sqlite` in Node and Deno, `bun:sqlite` in Bun. Several
 * processes of one computer may share it. Each `append` is one transaction, flushed to the disk.
 *
 * @param path created if it does not exist, readable only by its owner; its folder must exist
 * @throws Error if the file cannot be used; rejections of `read` and `append` if it is not a journal, or was replaced
 * @example
 * ```ts
 * import { mkdtempSync } from "node:fs";
 * import { sqliteJournal } from "agentexchange/node";
 *
 * const folder = mkdtempSync("/tmp/agent-"); // a folder of yours
 * const journal = sqliteJournal(`${folder}/agent.journal.db`);
 * console.log((await journal.read(0)).length);
 * journal.close();
 * ```
 */
export function sqliteJournal(path: string): OpenJournal {
  closeSync(openJournalFile(path));
  let opened: Promise<Tables> | undefined;
  let closed = false;

  // SQLite is loaded only if it is used: Node prints a warning.
  const open = (): Promise<Tables> => {
    if (closed) throw new Error(`The journal ${path} is closed.`);
    return (opened ??= import("../exchange/sqlite/driver.ts").then(({ openDatabase }) =>
      openTables(path, openDatabase(path)),
    ));
  };

  return {
    async read(after, limit = Number.MAX_SAFE_INTEGER) {
      const { newer, checkPlace } = await open();
      checkPlace();
      return newer.all(after, limit).map(({ text }) => JSON.parse(text) as JournalEntry);
    },
    async append(after, entries) {
      const { database, newest, insert, checkPlace } = await open();
      checkPlace();
      database.exec("BEGIN IMMEDIATE");
      try {
        const isNext = mayAppend(newest.get() ?? EMPTY_JOURNAL, after, entries);
        if (isNext) for (const entry of entries) insert.run(entry.seq, entry.hash, canonicalJson({ ...entry }));
        database.exec(isNext ? "COMMIT" : "ROLLBACK");
        checkPlace();
        return isNext;
      } catch (error) {
        rollBack(database);
        throw error;
      }
    },
    close() {
      if (closed) return;
      closed = true;
      void opened?.then(({ database }) => database.close()).catch(() => undefined);
    },
  };
}

interface Tables {
  readonly database: Database;
  readonly newest: Statement<JournalHead>;
  readonly newer: Statement<{ readonly text: string }>;
  readonly insert: Statement<never>;
  readonly checkPlace: () => void;
}

function openTables(path: string, database: Database): Tables {
  try {
    // No write-ahead log: a copy of the file without it would miss entries unnoticed.
    database.exec(`PRAGMA busy_timeout = ${PATIENCE}; PRAGMA journal_mode = PERSIST; PRAGMA synchronous = FULL`);
    database.exec("BEGIN IMMEDIATE");
    create(path, database);
    database.exec("COMMIT");
    return {
      database,
      newest: database.prepare("SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1"),
      newer: database.prepare("SELECT text FROM entries WHERE seq > ? ORDER BY seq LIMIT ?"),
      insert: database.prepare("INSERT INTO entries VALUES (?, ?, ?)"),
      checkPlace: watchPlace(path),
    };
  } catch (error) {
    rollBack(database);
    database.close();
    throw toStoreError(path, error);
  }
}

/** Creates the table in a new file, and rejects a file of something else. */
function create(path: string, database: Database): void {
  const pragma = (name: string): unknown =>
    Object.values(database.prepare<Readonly<Record<string, unknown>>>(`PRAGMA ${name}`).get() ?? {})[0];
  const tables = database.prepare<{ readonly count: number }>("SELECT count(*) AS count FROM sqlite_master").get();
  if (tables?.count === 0)
    database.exec(`${SCHEMA}; PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${FORMAT}`);
  else if (pragma("application_id") !== APPLICATION) throw new Error(`${path} is not a journal`);
  else if (pragma("user_version") !== FORMAT) throw new Error(`${path} has a format that this version cannot read`);
}

function rollBack(database: Database): void {
  try {
    database.exec("ROLLBACK");
  } catch {
    // SQLite has ended the transaction by itself.
  }
}

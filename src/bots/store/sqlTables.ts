import type { SqlDatabase, SqlValue } from "../types.ts";
import type { Tables } from "./tables.ts";

const SCHEMA: readonly string[] = [
  "CREATE TABLE IF NOT EXISTS bot_values (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
  "CREATE TABLE IF NOT EXISTS bot_runs (fence INTEGER PRIMARY KEY, time INTEGER NOT NULL, cron TEXT NOT NULL, record TEXT NOT NULL)",
  "CREATE INDEX IF NOT EXISTS bot_ticks ON bot_runs (time, cron)",
  "CREATE TABLE IF NOT EXISTS bot_journal (seq INTEGER PRIMARY KEY, is_checkpoint INTEGER NOT NULL, entry TEXT NOT NULL)",
  "CREATE INDEX IF NOT EXISTS bot_checkpoints ON bot_journal (seq) WHERE is_checkpoint = 1",
];

/** Tables in an SQL database. Their names begin with `bot_`. */
export function sqlTables(sql: SqlDatabase): Tables {
  // A cursor of a Durable Object runs as it is read, so every statement is read to its end.
  const rows = (query: string, ...bindings: (string | number)[]): readonly Readonly<Record<string, SqlValue>>[] => [
    ...sql.exec(query, ...bindings),
  ];
  const texts = (query: string, ...bindings: (string | number)[]): readonly string[] =>
    rows(query, ...bindings).flatMap((row) => Object.values(row).filter((value) => typeof value === "string"));
  const first = (query: string, ...bindings: (string | number)[]): string | undefined => texts(query, ...bindings)[0];
  for (const statement of SCHEMA) rows(statement);
  return {
    transact: (work) => sql.transactionSync(work),
    get: (name) => first("SELECT value FROM bot_values WHERE name = ?", name),
    set: (name, value) => void rows("INSERT OR REPLACE INTO bot_values VALUES (?, ?)", name, value),
    hasRun: (time, cron) => rows("SELECT 1 FROM bot_runs WHERE time = ? AND cron = ?", time, cron).length > 0,
    addRun: (...run) => void rows("INSERT INTO bot_runs VALUES (?, ?, ?, ?)", ...run),
    trimRuns: (keep) =>
      void rows(
        "DELETE FROM bot_runs WHERE fence <= (SELECT fence FROM bot_runs ORDER BY fence DESC LIMIT 1 OFFSET ?)",
        keep,
      ),
    runs: (limit) => texts("SELECT record FROM bot_runs ORDER BY fence DESC LIMIT ?", Math.max(0, limit)),
    lastEntry: () => first("SELECT entry FROM bot_journal ORDER BY seq DESC LIMIT 1"),
    lastCheckpoint: () => first("SELECT entry FROM bot_journal WHERE is_checkpoint = 1 ORDER BY seq DESC LIMIT 1"),
    entries: (after, limit) =>
      texts("SELECT entry FROM bot_journal WHERE seq > ? ORDER BY seq LIMIT ?", after, Math.min(limit, 2 ** 40)),
    addEntry: (seq, isCheckpoint, entry) =>
      void rows("INSERT INTO bot_journal VALUES (?, ?, ?)", seq, isCheckpoint ? 1 : 0, entry),
    trimEntries: (before) => void rows("DELETE FROM bot_journal WHERE seq < ?", before),
  };
}

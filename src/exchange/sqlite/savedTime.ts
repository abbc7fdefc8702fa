import { StoreError } from "../persistence/store.ts";
import type { Database, Statement } from "./driver.ts";

/** The time before which a reopened exchange must not continue. The entries do not contain it, so it has its own table. */
export interface SavedTime {
  readonly latest: number | undefined;
  save(time: number): void;
}

const FIND = "SELECT count(*) AS found FROM sqlite_master WHERE type = 'table' AND name = 'clock'";
const SCHEMA = `CREATE TABLE IF NOT EXISTS clock
  (id INTEGER PRIMARY KEY CHECK (id = 0), latest INTEGER NOT NULL, hash TEXT NOT NULL) STRICT`;

interface Row {
  readonly latest: number;
  readonly hash: string;
}

export function createSavedTime(database: Database, path: string, hashOf: (text: string) => string): SavedTime {
  const found = database.prepare<{ readonly found: number }>(FIND).get()?.found ?? 0;
  const row = found === 0 ? undefined : database.prepare<Row>("SELECT latest, hash FROM clock").get();
  if (row !== undefined && row.hash !== hashOf(String(row.latest)))
    throw new StoreError(`${path} is damaged: its saved time has been changed`);
  let statement: Statement<Row> | undefined;
  return {
    latest: row?.latest,
    save(time) {
      const latest = Math.ceil(time);
      try {
        // Files of earlier versions do not have this table.
        if (statement === undefined) database.exec(SCHEMA);
        statement ??= database.prepare("INSERT OR REPLACE INTO clock VALUES (0, ?, ?)");
        statement.run(latest, hashOf(String(latest)));
      } catch {
        // On a full disk, only the times of the entries are used.
      }
    },
  };
}

import { StoreError } from "../persistence/store.ts";
import type { Database, Statement } from "./driver.ts";

/** The time that an exchange must not stand before when it goes on. No entry tells it, so it is kept beside them. */
export interface KeptTime {
  readonly latest: number | undefined;
  keep(time: number): void;
}

const FIND = "SELECT count(*) AS found FROM sqlite_master WHERE type = 'table' AND name = 'clock'";
const SCHEMA = `CREATE TABLE IF NOT EXISTS clock
  (id INTEGER PRIMARY KEY CHECK (id = 0), latest INTEGER NOT NULL, hash TEXT NOT NULL) STRICT`;

interface Row {
  readonly latest: number;
  readonly hash: string;
}

export function createKeptTime(database: Database, path: string, hashOf: (text: string) => string): KeptTime {
  const { found } = database.prepare(FIND).get() as { readonly found: number };
  const row = found === 0 ? undefined : (database.prepare("SELECT latest, hash FROM clock").get() as Row | undefined);
  if (row !== undefined && row.hash !== hashOf(String(row.latest)))
    throw new StoreError(`${path} is damaged: the time in it is not what was written`);
  let put: Statement | undefined;
  return {
    latest: row?.latest,
    keep(time) {
      const latest = Math.ceil(time);
      try {
        // Files of earlier versions have no such table.
        if (put === undefined) database.exec(SCHEMA);
        put ??= database.prepare("INSERT OR REPLACE INTO clock VALUES (0, ?, ?)");
        put.run(latest, hashOf(String(latest)));
      } catch {
        // On a full disk the times of the entries have to do.
      }
    },
  };
}

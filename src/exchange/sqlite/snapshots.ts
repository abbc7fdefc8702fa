import { StoreError, type Snapshot, type SnapshotStore } from "../persistence/store.ts";
import type { Database } from "./driver.ts";

/** Created by the first opening: files of format 1 have no snapshots. */
export const SNAPSHOT_SCHEMA = `
  CREATE TABLE pages (id INTEGER PRIMARY KEY, text TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
  CREATE TABLE snapshots
    (position INTEGER PRIMARY KEY, text TEXT NOT NULL, replaced TEXT NOT NULL, last_page INTEGER NOT NULL, chain TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
`;

interface Row extends Snapshot {
  /** JSON array of the pages of the snapshot before that this one does not use. */
  readonly replaced: string;
  readonly last_page: number;
  /** The journal's hash after the entries that the snapshot contains. */
  readonly chain: string;
  readonly hash: string;
}

/** What the journal tells about its entries. */
export interface Chain {
  readonly length: number;
  /** The hash of the newest entry. */
  readonly hash: string;
  /** The hash after the first `length` entries; undefined if those are no longer kept. */
  hashAfter(length: number): string | undefined;
}

/** Entries that are dropped at once. */
const MAX_DROPPED = 5000;

export function openSnapshots(
  database: Database,
  path: string,
  hashOf: (...parts: readonly string[]) => string,
  chain: Chain,
  write: <Result>(run: () => Result) => Result,
): SnapshotStore {
  const rows = database.prepare<Row>("SELECT * FROM snapshots ORDER BY position DESC").all();
  let saved: readonly Row[] = rows.filter(isIntact);
  let first =
    database.prepare<{ readonly seq: number }>("SELECT seq FROM entries ORDER BY seq LIMIT 1").get()?.seq ??
    chain.length;
  const selectPage = database.prepare<{ readonly text: string; readonly hash: string }>(
    "SELECT text, hash FROM pages WHERE id = ?",
  );
  const insertPage = database.prepare("INSERT INTO pages VALUES (?, ?, ?)");
  const insertSnapshot = database.prepare("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?, ?, ?)");
  const deleteSnapshot = database.prepare("DELETE FROM snapshots WHERE position = ?");
  const deleteOthers = database.prepare("DELETE FROM snapshots WHERE position NOT IN (?, ?)");
  const deletePages = database.prepare("DELETE FROM pages WHERE id IN (SELECT value FROM json_each(?))");
  const deleteEntries = database.prepare("DELETE FROM entries WHERE seq < ?");
  const deleteBetween = database.prepare("DELETE FROM pages WHERE id > ? AND id <= ?");
  const found = database.prepare<{ readonly id: number | null }>("SELECT max(id) AS id FROM pages").get()?.id ?? 0;
  let lastPage = Math.max(found, lastUsed());
  let hasSaved = false;

  function lastUsed(): number {
    return Math.max(0, ...saved.map((row) => row.last_page));
  }

  function isIntact({ position, text, replaced, last_page, chain: after, hash }: Row): boolean {
    return (
      hash === hashOf(String(position), text, replaced, String(last_page), after) &&
      position <= chain.length &&
      (chain.hashAfter(position) ?? after) === after
    );
  }

  return {
    get saved() {
      return saved;
    },
    get first() {
      return first;
    },
    readPage(page) {
      const row = selectPage.get(page);
      if (row === undefined || row.hash !== hashOf(String(page), row.text))
        throw new StoreError(`${path} is damaged: a part of its state is ${row === undefined ? "missing" : "changed"}`);
      return row.text;
    },
    writePage(text) {
      const page = ++lastPage;
      write(() => insertPage.run(page, text, hashOf(String(page), text)));
      return page;
    },
    save({ position, text }, pages) {
      const replaced = JSON.stringify(pages);
      const after = chain.hashAfter(position) ?? "";
      const hash = hashOf(String(position), text, replaced, String(lastPage), after);
      const row: Row = { position, text, replaced, last_page: lastPage, chain: after, hash };
      const [before] = saved;
      write(() => {
        // Pages of snapshots that were not completed, or that were damaged.
        if (!hasSaved) deleteBetween.run(lastUsed(), found);
        insertSnapshot.run(position, text, replaced, lastPage, after, hash);
        deleteOthers.run(position, before?.position ?? position);
        if (before !== undefined) deletePages.run(before.replaced);
      });
      hasSaved = true;
      saved = before === undefined ? [row] : [row, before];
    },
    drop(end) {
      const to = Math.min(end, first + MAX_DROPPED);
      if (to <= first) return;
      write(() => deleteEntries.run(to));
      first = to;
    },
    discard(position) {
      write(() => deleteSnapshot.run(position));
      saved = saved.filter((each) => each.position !== position);
    },
  };
}

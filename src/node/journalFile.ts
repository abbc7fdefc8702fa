import { closeSync, fsyncSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { checkPath, toStoreError } from "../exchange/sqlite/files.ts";
import type { JournalStore } from "../tools/journal/journalStore.ts";

/** A journal in a file. */
export interface OpenJournal extends JournalStore {
  /** Closes the file. The journal stays. */
  close(): void;
}

/** Opens a file for reading and appending; creates it readable only by its owner. */
export function openJournalFile(path: string): number {
  checkPath(path);
  try {
    const isNew = statSync(path, { throwIfNoEntry: false }) === undefined;
    // Writes go to the end of the file as it is at that moment, whoever else writes.
    const file = openSync(path, "a+", 0o600);
    if (isNew) syncFolder(dirname(path));
    return file;
  } catch (error) {
    throw toStoreError(path, error);
  }
}

/** Returns a check that throws if a path no longer leads to the same file: what is written to that one would be lost. */
export function watchPlace(path: string): () => void {
  const identify = (): string | undefined => {
    const file = statSync(path, { bigint: true, throwIfNoEntry: false });
    return file === undefined ? undefined : `${file.dev} ${file.ino}`;
  };
  const before = identify();
  return () => {
    if (identify() !== before)
      throw new Error(`The journal ${path} has been removed or replaced. Restore it, and restart the program.`);
  };
}

/** Makes a new file survive a power failure, if the operating system supports it. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // Windows cannot open folders.
  }
}

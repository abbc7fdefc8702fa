import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";

/** A file that is there whole or not at all: made under another name, and renamed when it is complete. */
export function madeWhole(path: string, make: (draft: string) => void): void {
  const draft = `${path}-new`;
  rmSync(draft, { force: true });
  rmSync(`${draft}-journal`, { force: true });
  make(draft);
  renameSync(draft, path);
  syncFolder(dirname(path));
}

/** Makes a new name in a folder last; not every system lets a folder be opened. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // Then the name lasts as the system has it.
  }
}

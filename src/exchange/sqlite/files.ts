import { chmodSync, closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** A file that is there whole or not at all: made under another name, and renamed when it is complete. */
export function madeWhole(path: string, make: (draft: string) => void): void {
  const draft = `${path}-new`;
  rmSync(draft, { force: true });
  rmSync(`${draft}-journal`, { force: true });
  makePrivate(draft);
  make(draft);
  renameSync(draft, path);
  syncFolder(dirname(path));
}

const PRIVATE = 0o600;

/** An empty file that only its owner can read, whatever the umask; SQLite gives its own files beside it the same rights. */
function makePrivate(path: string): void {
  const handle = openSync(path, "wx", PRIVATE);
  try {
    fchmodSync(handle, PRIVATE);
  } finally {
    closeSync(handle);
  }
}

/** Takes a file, as an older version made it, from everybody but its owner. */
export function keepPrivate(path: string): void {
  for (const name of [path, `${path}-journal`]) {
    const mode = statSync(name, { throwIfNoEntry: false })?.mode ?? 0;
    if ((mode & 0o077) === 0) continue;
    try {
      chmodSync(name, PRIVATE);
    } catch {
      // It is another user's, who may have meant it so, or of a system without such rights.
    }
  }
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

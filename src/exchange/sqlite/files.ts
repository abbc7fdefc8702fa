import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { StoreError } from "../persistence/store.ts";

/** Fails when a file can be neither there nor made there. */
export function checkPlace(path: string): void {
  const folder = dirname(path);
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() === true) return;
    if (found?.isDirectory() === true) throw new StoreError(`${path} is a folder; name a file in it`);
    if (found !== undefined)
      throw new StoreError(`${path} is no regular file; name one, or one that does not exist yet`);
    const place = statSync(folder, { throwIfNoEntry: false });
    if (place === undefined) throw new StoreError(`the folder ${folder} does not exist; create it first`);
    if (!place.isDirectory()) throw new StoreError(`${folder} is no folder, so ${path} cannot be in it`);
  } catch (error) {
    throw placeProblem(path, error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "this user may not read and write it or its folder",
  EPERM: "this user may not read and write it or its folder",
  EROFS: "its file system can only be read",
  ENOTDIR: "a part of the path is no folder",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its links lead in a circle",
  ENOSPC: "the disk is full",
};

/** What is wrong with a file, in one sentence. */
export function placeProblem(path: string, cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const reason = REASONS[code] ?? accessProblem(path) ?? (cause instanceof Error ? cause.message : String(cause));
  return new StoreError(`${path} cannot be used: ${reason}`, { cause });
}

/** SQLite says only that it could not open a file. */
function accessProblem(path: string): string | undefined {
  for (const place of [path, dirname(path)]) {
    try {
      accessSync(place, constants.R_OK | constants.W_OK);
    } catch (error) {
      return REASONS[(error as { readonly code?: string }).code ?? ""];
    }
  }
  return undefined;
}

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

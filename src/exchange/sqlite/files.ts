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

/** Throws unless the path is a file or one can be created there. */
export function checkPath(path: string): void {
  const folder = dirname(path);
  try {
    const file = statSync(path, { throwIfNoEntry: false });
    if (file?.isFile() === true) return;
    if (file?.isDirectory() === true) throw new StoreError(`${path} is a folder. Name a file in it.`);
    if (file !== undefined) throw new StoreError(`${path} is not a regular file. Name a regular or a new file.`);
    const parent = statSync(folder, { throwIfNoEntry: false });
    if (parent === undefined) throw new StoreError(`the folder ${folder} does not exist. Create it first.`);
    if (!parent.isDirectory()) throw new StoreError(`${folder} is not a folder, so ${path} cannot be created in it.`);
  } catch (error) {
    throw toStoreError(path, error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "no permission to read and write it or its folder",
  EPERM: "no permission to read and write it or its folder",
  EROFS: "the file system is read-only",
  ENOTDIR: "part of the path is not a folder",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "too many symbolic links",
  ENOSPC: "the disk is full",
};

/** Describes why a file cannot be used. */
export function toStoreError(path: string, cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const reason = REASONS[code] ?? accessProblem(path) ?? (cause instanceof Error ? cause.message : String(cause));
  return new StoreError(`${path} cannot be used: ${reason}`, { cause });
}

/** Checks access itself, since SQLite only reports that it could not open the file. */
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

/** Creates a file atomically: under another name, and renamed when it is complete. */
export function createAtomically(path: string, write: (draft: string) => void): void {
  const draft = `${path}-new`;
  rmSync(draft, { force: true });
  rmSync(`${draft}-journal`, { force: true });
  createPrivate(draft);
  write(draft);
  renameSync(draft, path);
  syncFolder(dirname(path));
}

const PRIVATE = 0o600;

/** Creates an empty file that only its owner can read. SQLite copies the permissions to its journal file. */
function createPrivate(path: string): void {
  const handle = openSync(path, "wx", PRIVATE);
  try {
    fchmodSync(handle, PRIVATE);
  } finally {
    closeSync(handle);
  }
}

/** Removes the permissions of others from a file created by an older version. */
export function restrictToOwner(path: string): void {
  for (const name of [path, `${path}-journal`]) {
    const mode = statSync(name, { throwIfNoEntry: false })?.mode ?? 0;
    if ((mode & 0o077) === 0) continue;
    try {
      chmodSync(name, PRIVATE);
    } catch {
      // The file belongs to another user, or the system has no such permissions.
    }
  }
}

/** Makes a new directory entry durable. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // Not every system can open a folder.
  }
}

import { closeSync, fstatSync, fsync, readSync, writeSync } from "node:fs";
import { toStoreError } from "../exchange/sqlite/files.ts";
import { mayAppend } from "../tools/journal/chain.ts";
import type { JournalEntry } from "../tools/journal/journalStore.ts";
import { verifyJournal } from "../tools/journal/verifyJournal.ts";
import { openJournalFile, watchPlace, type OpenJournal } from "./journalFile.ts";
import { createJournalIndex, type JournalIndex } from "./journalIndex.ts";

const CHUNK = 1 << 18;

/**
 * Keeps a journal in a file that only grows: one line of JSON per `append`, readable only by its owner. Several processes
 * of one computer may share it. There is no lock that a killed process could leave behind: if two processes append at once,
 * the line that is first in the file counts, and the other process sees that and gets false. A line that was cut off by a
 * crash is detected and ignored. `append` resolves after the line has been flushed to the disk.
 *
 * @param path created if it does not exist; its folder must exist, on a local disk
 * @throws Error if the file cannot be used; rejections of `read` and `append` if it is damaged, removed or replaced
 * @example
 * ```ts
 * import { mkdtempSync } from "node:fs";
 * import { fileJournal } from "agentexchange/node";
 *
 * const folder = mkdtempSync("/tmp/agent-"); // a folder of yours
 * const journal = fileJournal(`${folder}/agent.journal`);
 * console.log((await journal.read(0)).length);
 * journal.close();
 * ```
 */
export function fileJournal(path: string): OpenJournal {
  const file = openJournalFile(path);
  const checkPlace = watchPlace(path);
  const index = createJournalIndex(path);
  let closed = false;
  let failure: Error | undefined;
  let running: Promise<unknown> = Promise.resolve();

  /** Reads what has been appended since the last time, by any process. */
  function catchUp(): void {
    if (failure !== undefined) throw failure;
    checkPlace();
    const { size } = fstatSync(file);
    if (size < index.end)
      throw new Error(`The journal ${path} has become shorter. Restore it, and restart the program.`);
    let length = CHUNK;
    while (index.end < size) {
      const bytes = readAt(file, index.end, Math.min(size - index.end, length));
      if (index.add(bytes)) continue;
      // The file ends with an unfinished line, or with one that is longer than what was read.
      if (index.end + bytes.length >= size) return;
      length *= 2;
    }
  }

  async function write(entries: readonly JournalEntry[]): Promise<boolean> {
    const writer = crypto.randomUUID();
    const line = index.format(writer, entries);
    try {
      // The rest of a line is not appended to it, since another process may have written meanwhile.
      if (writeSync(file, line) < line.length && writeSync(file, line) < line.length)
        throw new Error("the file system did not take a whole line");
      await flush(file);
    } catch (error) {
      // Nobody knows now what is on the disk, so this process stops using it.
      throw (failure = toStoreError(path, error));
    }
    catchUp();
    return index.accepted(writer);
  }

  function append(after: number, entries: readonly JournalEntry[]): Promise<boolean> | boolean {
    catchUp();
    if (!mayAppend(index.head, after, entries)) return false;
    const verdict = verifyJournal(entries, index.head);
    if (!verdict.ok) throw new TypeError(`Entry ${verdict.seq} ${verdict.problem}.`);
    return entries.length === 0 || write(entries);
  }

  function checkOpen(): void {
    if (closed) throw new Error(`The journal ${path} is closed.`);
  }

  return {
    read(after, limit = Number.POSITIVE_INFINITY) {
      checkOpen();
      catchUp();
      return readEntries(file, index, after, limit);
    },
    async append(after, entries) {
      checkOpen();
      const result = running.then(() => append(after, entries));
      // One at a time; a failed call does not stop the next one.
      running = result.catch(() => undefined);
      return result;
    },
    close() {
      if (closed) return;
      closed = true;
      // Not before appending has ended: another file could get the number of this one.
      void running.then(() => closeSync(file));
    },
  };
}

/** Entries after a number, from memory or from their place in the file. */
function readEntries(file: number, index: JournalIndex, after: number, limit: number): readonly JournalEntry[] {
  const entries: JournalEntry[] = [];
  let next = after + 1;
  while (next <= index.head.seq && entries.length < limit) {
    const line = index.recent(next) ?? index.parse(readAt(file, ...index.place(next)));
    const first = next;
    const wanted = line.filter(({ seq }) => seq >= first).slice(0, limit - entries.length);
    entries.push(...wanted);
    next += wanted.length;
  }
  return entries;
}

function readAt(file: number, start: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let count = 0;
  while (count < length) {
    const read = readSync(file, bytes, count, length - count, start + count);
    if (read === 0) break;
    count += read;
  }
  return bytes.subarray(0, count);
}

function flush(file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(file, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

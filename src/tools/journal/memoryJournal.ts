import { EMPTY_JOURNAL, mayAppend } from "./chain.ts";
import type { JournalEntry, JournalStore } from "./journalStore.ts";

/**
 * Keeps a journal in memory: it survives the toolbox, but not the process.
 *
 * @example
 * ```ts
 * import { memoryJournal } from "agentexchange/tools";
 *
 * const journal = memoryJournal();
 * console.log((await journal.read(0)).length); // 0
 * ```
 */
export function memoryJournal(): JournalStore {
  const entries: JournalEntry[] = [];
  return {
    // Entry n is at index n - 1.
    read: (after, limit = Number.POSITIVE_INFINITY) => entries.slice(after, after + limit),
    append(after, added) {
      if (!mayAppend(entries.at(-1) ?? EMPTY_JOURNAL, after, added)) return false;
      entries.push(...added);
      return true;
    },
  };
}

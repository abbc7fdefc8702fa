import { EMPTY_JOURNAL, hashEntry, type JournalHead } from "./chain.ts";
import type { JournalEntry } from "./journalStore.ts";

/** The result of {@link verifyJournal}. */
export type JournalVerdict =
  | {
      readonly ok: true;
      /** The end of the journal. Compare it with one noted elsewhere: the hashes cannot show that the end is missing. */
      readonly head: JournalHead;
    }
  | {
      readonly ok: false;
      /** The number that the first invalid entry should have. */
      readonly seq: number;
      readonly problem: string;
    };

/**
 * Checks that entries form an unbroken chain: none changed, missing, inserted or moved.
 *
 * @param entries entries in order, also parsed from an export
 * @param head the end of the journal before them; default an empty journal, which entry 1 follows
 * @example
 * ```ts
 * import { memoryJournal, verifyJournal } from "agentexchange/tools";
 *
 * const journal = memoryJournal();
 * console.log(verifyJournal(await journal.read(0)).ok); // true
 * ```
 */
export function verifyJournal(entries: Iterable<JournalEntry>, head: JournalHead = EMPTY_JOURNAL): JournalVerdict {
  let { seq, hash } = head;
  for (const entry of entries) {
    const problem = problemOf(entry, ++seq, hash);
    if (problem !== undefined) return { ok: false, seq, problem };
    ({ hash } = entry);
  }
  return { ok: true, head: { seq, hash } };
}

/** Why an entry is not the one that follows, or undefined. Its values are what a file contains, so nothing is certain. */
export function problemOf(entry: JournalEntry, seq: number, previous: string): string | undefined {
  if (typeof entry !== "object" || (entry as JournalEntry | null) === null) return "is not an object";
  if (entry.seq !== seq) return `has the number ${String(entry.seq)}; expected ${seq}`;
  if (entry.previous !== previous) return "does not continue the entry before it";
  return entry.hash === hashOf(entry) ? undefined : "has been changed";
}

function hashOf(entry: JournalEntry): string | undefined {
  try {
    return hashEntry(entry);
  } catch {
    return undefined;
  }
}

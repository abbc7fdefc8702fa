import { chainEntries, EMPTY_JOURNAL, type JournalHead, type JournalRecord } from "../../src/tools/journal/chain.ts";
import type { JournalEntry, JournalStore } from "../../src/tools/journal/journalStore.ts";

/** What a toolbox would record, identified by its call. */
export const recordOf = (callId: string, data: JournalRecord["data"] = {}): JournalRecord => ({
  time: "2026-03-05T14:00:00.000Z",
  toolbox: "t1",
  kind: "reserved",
  callId,
  data,
});

/** Appends to a journal as a toolbox does: reads what is new, and again whenever somebody else was first. */
export interface JournalWriter {
  /** Returns the attempts it took. */
  append(...records: readonly JournalRecord[]): Promise<number>;
}

export function journalWriter(journal: JournalStore): JournalWriter {
  let head: JournalHead = EMPTY_JOURNAL;
  return {
    async append(...records) {
      for (let attempt = 1; ; attempt++) {
        head = (await journal.read(head.seq)).at(-1) ?? head;
        const entries = chainEntries(head, records);
        if (!(await journal.append(head.seq, entries))) continue;
        head = entries.at(-1) ?? head;
        return attempt;
      }
    },
  };
}

export const callsOf = (entries: readonly JournalEntry[]): readonly (string | null)[] =>
  entries.map(({ callId }) => callId);

import { canonicalJson } from "./canonicalJson.ts";
import type { JournalStore } from "./journalStore.ts";

const CHUNK = 1000;

/**
 * Exports a journal as JSON Lines: one entry per line, each line with its line feed. {@link verifyJournal} checks the
 * parsed lines.
 *
 * @example
 * ```ts
 * import { exportJournal, memoryJournal } from "agentexchange/tools";
 *
 * let text = "";
 * for await (const line of exportJournal(memoryJournal())) text += line;
 * ```
 */
export async function* exportJournal(journal: JournalStore): AsyncGenerator<string, void, undefined> {
  let after = 0;
  for (;;) {
    const entries = await journal.read(after, CHUNK);
    for (const entry of entries) yield `${canonicalJson({ ...entry })}\n`;
    const last = entries.at(-1);
    if (last === undefined) return;
    after = last.seq;
  }
}

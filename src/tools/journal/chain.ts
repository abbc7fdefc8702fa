import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { JsonValue } from "../json.ts";
import { canonicalJson } from "./canonicalJson.ts";
import type { JournalEntry } from "./journalStore.ts";

/** The end of a journal: what the next entry continues. */
export type JournalHead = Pick<JournalEntry, "seq" | "hash">;

/** The end of an empty journal. */
export const EMPTY_JOURNAL: JournalHead = { seq: 0, hash: "0".repeat(64) };

/** An entry before it has a place in a journal. */
export type JournalRecord = Omit<JournalEntry, "seq" | "previous" | "hash">;

/** SHA-256 in hex of an entry without its hash, as canonical JSON. */
export function hashEntry(entry: Omit<JournalEntry, "hash">): string {
  // Fields that an entry should not have count, so that adding one shows.
  const fields: Record<string, JsonValue> = { ...entry };
  if ("hash" in fields) delete fields["hash"];
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(fields))));
}

/** Makes records the entries that follow `head`. */
export function chainEntries(head: JournalHead, records: readonly JournalRecord[]): readonly JournalEntry[] {
  let { seq, hash } = head;
  return records.map(({ time, toolbox, kind, callId, data }) => {
    const entry = { seq: ++seq, time, toolbox, kind, callId, data, previous: hash };
    hash = hashEntry(entry);
    return { ...entry, hash };
  });
}

/**
 * Whether a store may append entries: false if somebody has appended since. Throws if they do not continue the journal,
 * since that would fork it.
 */
export function mayAppend(head: JournalHead, after: number, entries: readonly JournalEntry[]): boolean {
  if (after < head.seq) return false;
  if (after > head.seq)
    throw new Error(`The journal ends at entry ${head.seq}, before entry ${after}: it has lost entries.`);
  let { seq, hash } = head;
  for (const entry of entries) {
    if (entry.seq !== ++seq || entry.previous !== hash)
      throw new TypeError(`Entry ${entry.seq} does not continue the journal, which ends at entry ${seq - 1}.`);
    hash = entry.hash;
  }
  return true;
}

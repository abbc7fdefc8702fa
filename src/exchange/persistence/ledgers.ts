import { redactForMessage, type JournalEntry, type Ledger } from "./journal.ts";
import { StoreError, type OpenStore } from "./store.ts";

/** A ledger with recorded entries. While they are replayed, new entries are compared with them; later ones are appended. */
export interface ReplayLedger extends Ledger {
  /** The recorded entry to replay next; undefined at the end. */
  next(): JournalEntry | undefined;
  /** Number of recorded entries already replayed. */
  readonly position: number;
}

/** Keeps entries in a store. */
export function storeLedger(store: OpenStore): ReplayLedger {
  const end = store.length;
  let position = 0;
  // The entry to replay next, cached because it is read more than once.
  let cached: { readonly position: number; readonly text: string; readonly entry: JournalEntry } | undefined;
  const entryAt = (index: number): JournalEntry => JSON.parse(store.read(index)) as JournalEntry;

  function readCached(index: number): { readonly text: string; readonly entry: JournalEntry } {
    if (cached?.position !== index) {
      const text = store.read(index);
      cached = { position: index, text, entry: JSON.parse(text) as JournalEntry };
    }
    return cached;
  }

  const ledger: ReplayLedger = {
    get length() {
      return store.length;
    },
    get position() {
      return position;
    },
    next() {
      for (; position < end; position++) {
        const { entry } = readCached(position);
        // Faults affect requests, not the state.
        if (entry.kind !== "fault") return entry;
      }
      return undefined;
    },
    at: (index) => (index >= 0 && index < store.length ? entryAt(index) : undefined),
    add(entry) {
      const text = JSON.stringify(entry);
      if (ledger.next() === undefined) return store.append(text);
      checkSame(readCached(position).text, text, position);
      position++;
      return undefined;
    },
    persisted: () => store.commit(),
  };
  return ledger;
}

/** The ledger of a fork: in memory, starting with a copy of the original's entries. */
export function forkLedger(original: Iterable<JournalEntry>): ReplayLedger {
  const entries = [...original];
  let position = 0;
  const ledger: ReplayLedger = {
    get length() {
      return entries.length;
    },
    get position() {
      return position;
    },
    next() {
      while (entries[position]?.kind === "fault") position++;
      return entries[position];
    },
    at: (index) => entries[index],
    add(entry) {
      const expected = ledger.next();
      if (expected === undefined) entries.push(entry);
      else checkSame(JSON.stringify(expected), JSON.stringify(entry), position);
      position++;
    },
    persisted: () => undefined,
  };
  return ledger;
}

function checkSame(expected: string, actual: string, position: number): void {
  if (expected === actual) return;
  throw new StoreError(
    `Replay differs from the journal at entry ${position}: expected ${redactForMessage(expected)}, got ${redactForMessage(actual)}. ` +
      "The store is damaged, or it was written by another version or with another market.",
  );
}

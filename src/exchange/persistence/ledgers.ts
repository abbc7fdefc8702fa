import { redactForMessage, type JournalEntry, type Ledger } from "./journal.ts";
import { StoreError, type OpenStore } from "./store.ts";

/** A ledger with recorded entries. While they are replayed, new entries are compared with them; later ones are appended. */
export interface ReplayLedger extends Ledger {
  /** The recorded entry to replay next; undefined at the end. */
  next(): JournalEntry | undefined;
  /** Number of recorded entries that have been replayed, or that a snapshot contains. */
  readonly position: number;
  /** Rejects entries from now on, because a command may have been executed only in part. */
  stop(error: unknown): void;
}

/** Keeps entries in a store. Those before `start` are not replayed. */
export function storeLedger(store: OpenStore, start = 0): ReplayLedger {
  const end = store.length;
  let position = start;
  let failure: Error | undefined;
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
    get first() {
      return store.snapshots?.first ?? 0;
    },
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
    at: (index) => (index >= ledger.first && index < store.length ? entryAt(index) : undefined),
    stop(error) {
      failure ??= error instanceof Error ? error : new StoreError(String(error));
    },
    add(entry) {
      if (failure !== undefined) throw failure;
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

/** The ledger of a fork: shares the original's entries so far and keeps its own in memory. */
export function forkLedger(original: Ledger): Ledger {
  const { first, length } = original;
  const own: JournalEntry[] = [];
  return {
    first,
    get length() {
      return length + own.length;
    },
    at: (index) => (index < length ? original.at(index) : own[index - length]),
    add: (entry) => void own.push(entry),
    persisted: () => undefined,
  };
}

function checkSame(expected: string, actual: string, position: number): void {
  if (expected === actual) return;
  throw new StoreError(
    `Replay differs from the journal at entry ${position}: expected ${redactForMessage(expected)}, got ${redactForMessage(actual)}. ` +
      "The store is damaged, or it was written by another version or with another market.",
  );
}

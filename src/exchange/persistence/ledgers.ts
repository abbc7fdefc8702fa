import { redactForMessage, type JournalEntry, type Ledger } from "./journal.ts";
import { StoreError, type OpenStore } from "./store.ts";

/** A ledger that already holds entries: what happens is compared with them first, and added only after the last one. */
export interface ReplayLedger extends Ledger {
  /** The entry that has to happen next; undefined when all recorded ones have. */
  next(): JournalEntry | undefined;
  /** How many recorded entries have happened. */
  readonly position: number;
}

/** The ledger of an exchange with a store. */
export function storeLedger(store: OpenStore): ReplayLedger {
  const end = store.length;
  let position = 0;
  // The recorded entry that has to happen next, looked at more than once.
  let upcoming: { readonly position: number; readonly text: string; readonly entry: JournalEntry } | undefined;
  const entryAt = (index: number): JournalEntry => JSON.parse(store.read(index)) as JournalEntry;

  function lookAt(index: number): { readonly text: string; readonly entry: JournalEntry } {
    if (upcoming?.position !== index) {
      const text = store.read(index);
      upcoming = { position: index, text, entry: JSON.parse(text) as JournalEntry };
    }
    return upcoming;
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
        const { entry } = lookAt(position);
        // Faults happen to requests, not to the exchange.
        if (entry.kind !== "fault") return entry;
      }
      return undefined;
    },
    at: (index) => (index >= 0 && index < store.length ? entryAt(index) : undefined),
    add(entry) {
      const text = JSON.stringify(entry);
      if (ledger.next() === undefined) return store.append(text);
      check(lookAt(position).text, text, position);
      position++;
      return undefined;
    },
    persisted: () => store.commit(),
  };
  return ledger;
}

/** The ledger of a copy: in memory, with the past of the original. */
export function forkLedger(past: Iterable<JournalEntry>): ReplayLedger {
  const entries = [...past];
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
      else check(JSON.stringify(expected), JSON.stringify(entry), position);
      position++;
    },
    persisted: () => undefined,
  };
  return ledger;
}

function check(expected: string, actual: string, position: number): void {
  if (expected === actual) return;
  throw new StoreError(
    `entry ${position} of the journal does not follow from those before it: ${redactForMessage(expected)} is written, but ${redactForMessage(actual)} happens; ` +
      "the store was written by another version or with another market, or it is damaged",
  );
}

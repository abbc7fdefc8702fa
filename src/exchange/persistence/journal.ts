/** An accepted request that changed the state. */
export interface CommandEntry {
  readonly kind: "command";
  /** Unix milliseconds, by the exchange's clock. */
  readonly time: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** The account whose credentials were used, or that logged in; undefined for registrations. */
  readonly accountId: string | undefined;
  /** The agent named by the API key or `X-Agent-Id`, if any. */
  readonly agentId: string | undefined;
  /** The request body, or an empty string. Keys and secrets are masked, passwords hashed. */
  readonly body: string;
  /** The response status: 200 to 299. */
  readonly status: number;
  /** The `Idempotency-Key` of an order. */
  readonly idempotencyKey?: string;
}

/** A rejected order with an `Idempotency-Key`: repeating the key returns the same response. */
export interface RejectionEntry {
  readonly kind: "refusal";
  /** Unix milliseconds, by the exchange's clock. */
  readonly time: number;
  /** The agent of the order. */
  readonly agentId: string;
  readonly idempotencyKey: string;
  /** Digest of the order. The order itself is not kept, so that rejected orders cannot fill a store. */
  readonly request: string;
  /** The response status: 400 to 499. */
  readonly status: number;
  /** The response body. */
  readonly answer: string;
}

/** A filled order; amounts are decimal strings. */
export interface FillEntry {
  readonly kind: "fill";
  /** Unix milliseconds, by the exchange's clock. */
  readonly time: number;
  readonly tradeId: string;
  readonly orderId: string;
  readonly agentId: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly quantity: string;
  readonly price: string;
  readonly fee: string;
}

/** An injected fault. It is recorded nowhere else. */
export interface FaultEntry {
  readonly kind: "fault";
  /** Unix milliseconds, by the exchange's clock. */
  readonly time: number;
  /** The kind of fault, such as `reset-after`, or `half-open` for a stream. */
  readonly fault: string;
  readonly method: string;
  /** Path and query; for a stream only the path, as its query contains the key. */
  readonly path: string;
  /** Index of the request or stream, counted from 0. */
  readonly index: number;
  /** Whether the request was executed, or the stream accepted. */
  readonly executed: boolean;
}

/** A change of a manual market: a price, or another property of a pair. */
export interface PriceEntry {
  readonly kind: "price";
  /** Unix milliseconds, by the exchange's clock. */
  readonly time: number;
  readonly symbol: string;
  /** The values that were set, numbers as strings. */
  readonly quote: Readonly<Record<string, string>>;
}

/** An explicit sweep that filled orders. Scheduled sweeps follow from the time and are not recorded. */
export interface SweepEntry {
  readonly kind: "sweep";
  /** Unix milliseconds, by the exchange's clock. */
  readonly time: number;
}

/** The outcome of a webhook delivery, or of an attempt that will be repeated. */
export interface DeliveryEntry {
  readonly kind: "delivery";
  /** Unix milliseconds, by the exchange's clock. */
  readonly time: number;
  /** Index of the delivery, counted from 0. */
  readonly delivery: number;
  readonly outcome: "delivered" | "failed" | "dropped" | "retried";
}

/** What {@link Exchange.record} added: a decision, its outcome, a signal, a request or feedback. */
export interface RecordEntry {
  readonly kind: "record";
  /** Unix milliseconds, by the exchange's clock. */
  readonly time: number;
  readonly agentId: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/** An event of the exchange's history, discriminated by `kind`. */
export type JournalEntry =
  | CommandEntry
  | RejectionEntry
  | FillEntry
  | FaultEntry
  | PriceEntry
  | SweepEntry
  | DeliveryEntry
  | RecordEntry;

/** The append-only history of an exchange, oldest entry first. */
export interface Journal extends Iterable<JournalEntry> {
  /** Number of entries so far, including those that a compact journal has dropped. */
  readonly length: number;
  /** The entry at an index, if it is kept; as with arrays, -1 is the newest one. */
  at(index: number): JournalEntry | undefined;
}

/** A journal that can be written to. */
export interface JournalWriter extends Journal {
  add(entry: JournalEntry): void;
  /** Runs a command. Its own entry is written before the entries of the fills that it causes. */
  runCommand<Result>(run: () => Result, entryOf: (result: Result) => JournalEntry | undefined): Result;
  /** Called before entries are made durable, when no request is being executed. */
  beforePersisting: (() => void) | undefined;
  /** Resolves when all entries are durable; undefined if they are already. */
  persisted(): Promise<void> | undefined;
}

/** Storage of a journal's entries. */
export interface Ledger {
  /** Index of the oldest entry that is kept. */
  readonly first: number;
  /** Number of entries so far, including those that are no longer kept. */
  readonly length: number;
  at(index: number): JournalEntry | undefined;
  add(entry: JournalEntry): void;
  persisted(): Promise<void> | undefined;
}

/** Minimum number of entries that a compact journal in memory keeps. */
const COMPACT_ENTRIES = 1000;

/** Keeps entries in memory; if compact, only the newest ones. */
export function memoryLedger(isCompact: boolean): Ledger {
  let first = 0;
  let entries: JournalEntry[] = [];
  return {
    get first() {
      return first;
    },
    get length() {
      return first + entries.length;
    },
    at: (index) => entries[index - first],
    add(entry) {
      entries.push(entry);
      if (!isCompact || entries.length < 2 * COMPACT_ENTRIES) return;
      entries = entries.slice(-COMPACT_ENTRIES);
      first += COMPACT_ENTRIES;
    },
    persisted: () => undefined,
  };
}

export function createJournal(ledger: Ledger): JournalWriter {
  // Entries written during a command wait for the command's own entry.
  let buffered: JournalEntry[] | undefined;

  const journal: JournalWriter = {
    beforePersisting: undefined,
    get length() {
      return ledger.length;
    },
    at: (index) => ledger.at(index < 0 ? ledger.length + index : index),
    *[Symbol.iterator]() {
      for (let index = ledger.first; index < ledger.length; index++) yield ledger.at(index) as JournalEntry;
    },
    add(entry) {
      if (buffered === undefined) ledger.add(entry);
      else buffered.push(entry);
    },
    runCommand(run, entryOf) {
      const caused: JournalEntry[] = (buffered = []);
      try {
        const result = run();
        const entry = entryOf(result);
        if (entry !== undefined) ledger.add(entry);
        return result;
      } finally {
        buffered = undefined;
        for (const entry of caused) ledger.add(entry);
      }
    },
    persisted() {
      journal.beforePersisting?.();
      return ledger.persisted();
    },
  };
  return journal;
}

const MAX_QUOTED_LENGTH = 500;

/** Prepares an entry for an error message: removes password hashes and limits the length. */
export function redactForMessage(text: string): string {
  const safe = text.replace(/((?:pbkdf2-)?sha256[$:])[$\w]+/g, "$1***");
  return safe.length > MAX_QUOTED_LENGTH ? `${safe.slice(0, MAX_QUOTED_LENGTH)}…` : safe;
}

const SECRETS: ReadonlySet<string> = new Set(["api_key", "api_secret", "password", "new_password", "token", "secret"]);

/** Masks the secrets in a JSON body. The password is replaced by `passwordDigest`. */
export function maskSecrets(body: string, passwordDigest = "***"): string {
  if (body === "") return body;
  try {
    return JSON.stringify(JSON.parse(body), (name, value: unknown) => {
      if (!SECRETS.has(name) || typeof value !== "string") return value;
      return name === "password" ? passwordDigest : "***";
    });
  } catch {
    return body;
  }
}

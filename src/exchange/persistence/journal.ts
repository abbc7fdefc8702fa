/** A request that changed something, as it was accepted. */
export interface CommandEntry {
  readonly kind: "command";
  /** Unix milliseconds, by the exchange's clock. */
  readonly time: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Whose credentials it came with, or who logged in; undefined for registrations. */
  readonly accountId: string | undefined;
  /** The agent that it was for, when it said so by its key or its `X-Agent-Id`. */
  readonly agentId: string | undefined;
  /** The body as it came, empty when there was none; keys and secrets are masked, passwords hashed. */
  readonly body: string;
  /** Of the answer: 200 to 299. */
  readonly status: number;
  /** The `Idempotency-Key` that an order came with. */
  readonly idempotencyKey?: string;
}

/** An order that was refused and came with an `Idempotency-Key`: a repeat of the key gets the same answer. */
export interface RejectionEntry {
  readonly kind: "refusal";
  /** Unix milliseconds, by the exchange's clock. */
  readonly time: number;
  /** The agent that the order was for. */
  readonly agentId: string;
  readonly idempotencyKey: string;
  /** Digest of the order: what was never carried out must not fill a store. */
  readonly request: string;
  /** Of the answer: 400 to 499. */
  readonly status: number;
  /** The answer's body. */
  readonly answer: string;
}

/** An order that was filled; amounts are decimal texts. */
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

/** A fault that was injected: the only place that tells of it. */
export interface FaultEntry {
  readonly kind: "fault";
  /** Unix milliseconds, by the exchange's clock. */
  readonly time: number;
  /** What went wrong, such as `reset-after`, or `half-open` of a stream. */
  readonly fault: string;
  readonly method: string;
  /** Path and query; of a stream the path only, as the query holds the key. */
  readonly path: string;
  /** Which request it was, or which stream, counted from 0. */
  readonly index: number;
  /** Whether the exchange carried the request out, or let the stream in. */
  readonly executed: boolean;
}

/** A price that was set on a manual market, or another thing that was said of a pair. */
export interface PriceEntry {
  readonly kind: "price";
  /** Unix milliseconds, by the exchange's clock. */
  readonly time: number;
  readonly symbol: string;
  /** As it was given, numbers as texts. */
  readonly quote: Readonly<Record<string, string>>;
}

/** A sweep that filled orders because somebody asked for it; others follow from the time and the market's moves. */
export interface SweepEntry {
  readonly kind: "sweep";
  /** Unix milliseconds, by the exchange's clock. */
  readonly time: number;
}

/** How the delivery of a webhook ended. */
export interface DeliveryEntry {
  readonly kind: "delivery";
  /** Unix milliseconds, by the exchange's clock. */
  readonly time: number;
  /** Which delivery it was, counted from 0. */
  readonly delivery: number;
  readonly outcome: "delivered" | "failed" | "dropped";
}

/** Something that happened; tell them apart by `kind`. */
export type JournalEntry =
  | CommandEntry
  | RejectionEntry
  | FillEntry
  | FaultEntry
  | PriceEntry
  | SweepEntry
  | DeliveryEntry;

/** What happened on an exchange, oldest first; entries are only ever added. */
export interface Journal extends Iterable<JournalEntry> {
  readonly length: number;
  /** One entry; as with arrays, -1 is the newest one. */
  at(index: number): JournalEntry | undefined;
}

/** The side of a journal that the exchange writes to. */
export interface JournalWriter extends Journal {
  add(entry: JournalEntry): void;
  /** Runs a command: its entry comes before those of the fills that it caused, and none of them alone. */
  runCommand<Result>(run: () => Result, entryOf: (result: Result) => JournalEntry | undefined): Result;
  /** Resolves when all entries are where they last; undefined when they are there already. */
  persisted(): Promise<void> | undefined;
}

/** What holds the entries of a journal. */
export interface Ledger {
  readonly length: number;
  at(index: number): JournalEntry | undefined;
  add(entry: JournalEntry): void;
  persisted(): Promise<void> | undefined;
}

/** A ledger that lives as long as its exchange. */
export function memoryLedger(): Ledger {
  const entries: JournalEntry[] = [];
  return {
    get length() {
      return entries.length;
    },
    at: (index) => entries[index],
    add: (entry) => void entries.push(entry),
    persisted: () => undefined,
  };
}

export function createJournal(ledger: Ledger = memoryLedger()): JournalWriter {
  // What happens during a command waits for the command's own entry.
  let held: JournalEntry[] | undefined;

  return {
    get length() {
      return ledger.length;
    },
    at: (index) => ledger.at(index < 0 ? ledger.length + index : index),
    *[Symbol.iterator]() {
      for (let index = 0; index < ledger.length; index++) yield ledger.at(index) as JournalEntry;
    },
    add(entry) {
      if (held === undefined) ledger.add(entry);
      else held.push(entry);
    },
    runCommand(run, entryOf) {
      const own: JournalEntry[] = (held = []);
      try {
        const result = run();
        const entry = entryOf(result);
        if (entry !== undefined) ledger.add(entry);
        return result;
      } finally {
        held = undefined;
        for (const entry of own) ledger.add(entry);
      }
    },
    persisted: () => ledger.persisted(),
  };
}

const MOST_SHOWN = 500;

/** An entry's text as an error may quote it: without hashes of passwords, and not at any length. */
export function redactForMessage(text: string): string {
  const safe = text.replace(/((?:pbkdf2-)?sha256[$:])[$\w]+/g, "$1***");
  return safe.length > MOST_SHOWN ? `${safe.slice(0, MOST_SHOWN)}…` : safe;
}

const SECRETS: ReadonlySet<string> = new Set(["api_key", "api_secret", "password", "new_password", "token", "secret"]);

/** The text of a JSON body without the secrets in it; a digest may stand for the password. */
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

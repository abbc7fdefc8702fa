/** A request that changed something, as it was accepted. */
export interface CommandEntry {
  readonly kind: "command";
  /** Unix milliseconds, by the exchange's clock. */
  readonly time: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Whose credentials it came with; undefined for registrations and logins. */
  readonly accountId: string | undefined;
  /** The agent that it was for, when it said so by its key or its `X-Agent-Id`. */
  readonly agentId: string | undefined;
  /** The body as it came, empty when there was none; passwords and secrets are masked. */
  readonly body: string;
  /** Of the answer: 200 to 299. */
  readonly status: number;
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
  /** What went wrong, such as `reset-after`. */
  readonly fault: string;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Which request it was, counted from 0. */
  readonly index: number;
  /** Whether the exchange carried the request out. */
  readonly executed: boolean;
}

/** Something that happened; tell them apart by `kind`. */
export type JournalEntry = CommandEntry | FillEntry | FaultEntry;

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
  during<Result>(run: () => Result, entryOf: (result: Result) => CommandEntry | undefined): Result;
}

/** A journal that lives as long as its exchange. */
export function createJournal(): JournalWriter {
  const entries: JournalEntry[] = [];
  // What happens during a command waits for the command's own entry.
  let held: JournalEntry[] | undefined;

  return {
    get length() {
      return entries.length;
    },
    at: (index) => entries.at(index),
    [Symbol.iterator]: () => entries.values(),
    add: (entry) => void (held ?? entries).push(entry),
    during(run, entryOf) {
      const own: JournalEntry[] = (held = []);
      try {
        const result = run();
        const entry = entryOf(result);
        if (entry !== undefined) entries.push(entry);
        return result;
      } finally {
        held = undefined;
        for (const entry of own) entries.push(entry);
      }
    },
  };
}

const SECRETS: ReadonlySet<string> = new Set(["api_key", "api_secret", "password", "new_password", "token", "secret"]);

/** The text of a JSON body without the secrets in it. */
export function masked(body: string): string {
  if (body === "") return body;
  try {
    return JSON.stringify(JSON.parse(body), (name, value: unknown) =>
      SECRETS.has(name) && typeof value === "string" ? "***" : value,
    );
  } catch {
    return body;
  }
}

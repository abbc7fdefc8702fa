import { AgentExchangeError } from "../../errors/index.ts";
import { chainEntries, type JournalRecord } from "../journal/chain.ts";
import type { JournalEntry, JournalStore } from "../journal/journalStore.ts";
import { problemOf } from "../journal/verifyJournal.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { CHECKPOINT_EVERY, checkpointOf, stateOf } from "./checkpoint.ts";
import { apply, emptyState, type LedgerState } from "./state.ts";

/** An entry before the ledger adds who wrote it and when. */
export interface Draft {
  readonly kind: string;
  readonly callId: string | null;
  readonly data: JsonObject;
}

/** What a decision adds to the journal, and its result once that is written. */
export interface Decision<T> {
  readonly entries: readonly Draft[];
  readonly result: T;
}

/** A journal, and the state that its entries add up to. */
export interface Ledger {
  /** As of the last {@link Ledger.sync} or {@link Ledger.transact}. */
  readonly state: LedgerState;
  /** Reads what others have appended. @throws AgentExchangeError if the journal cannot be read or was changed */
  sync(): Promise<LedgerState>;
  /**
   * Decides on the newest state and appends the entries, atomically: if anybody appends meanwhile, it decides again.
   *
   * @throws AgentExchangeError if the journal cannot be read or written, and what `decide` throws
   */
  transact<T>(decide: (state: LedgerState) => Decision<T>): Promise<T>;
  /** Appends an entry together with the next ones. It is lost if the process ends before. */
  note(draft: Draft): void;
  /** The same for a read. Many reads share one entry, which costs a third of an entry for each. */
  noteRead(read: Readonly<Record<string, JsonValue>>): void;
  /** Appends what was noted. */
  flush(): Promise<void>;
}

/** Noted entries that are appended at once. */
const MAX_NOTED = 64;
/** Noted entries that wait while the journal fails; further ones are lost. */
const MAX_WAITING = 4096;
/** Other processes can append first this many times in a row. */
const MAX_ATTEMPTS = 1000;

export function createLedger(
  store: JournalStore,
  toolbox: string,
  now: () => number,
  redact: <T>(value: T) => T,
): Ledger {
  const state = emptyState();
  let queue: Promise<unknown> = Promise.resolve();
  let noted: { readonly draft: Draft; readonly time: number }[] = [];
  let reads: JsonObject[] = [];
  let damage: AgentExchangeError | undefined;
  /** `seq` of the newest checkpoint. */
  let checkpointAt = 0;

  /** Decisions of one toolbox run one after another, so that they do not compete. */
  function enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = queue.then(work);
    queue = result.catch(() => {});
    return result;
  }

  async function readNew(): Promise<void> {
    if (damage !== undefined) throw damage;
    let entries: readonly JournalEntry[];
    try {
      if (state.seq === 0) await readCheckpoint();
      const result = store.read(state.seq);
      entries = result instanceof Promise ? await result : result;
      // What followed has been dropped since.
      if ((entries[0]?.seq ?? 0) > state.seq + 1 && (await readCheckpoint())) entries = await store.read(state.seq);
    } catch (problem) {
      throw damage ?? journalFailed("could not be read", problem);
    }
    for (const entry of entries) {
      const problem = problemOf(entry, state.seq + 1, state.hash);
      if (problem !== undefined) throw (damage = journalDamaged(`Entry ${state.seq + 1} ${problem}`));
      try {
        apply(state, entry);
      } catch (cause) {
        throw (damage = journalDamaged(`Entry ${entry.seq} cannot be understood`, cause));
      }
      if (entry.kind === "checkpoint") checkpointAt = entry.seq;
    }
  }

  /** Takes the state from the newest checkpoint; false if there is none, or none that is new. */
  async function readCheckpoint(): Promise<boolean> {
    const entry = await store.checkpoint?.();
    if (entry === undefined || entry.seq <= state.seq) return false;
    const problem = problemOf(entry, entry.seq, entry.previous);
    if (problem !== undefined) throw (damage = journalDamaged(`Entry ${entry.seq} ${problem}`));
    try {
      Object.assign(state, stateOf(entry));
    } catch (cause) {
      throw (damage = journalDamaged(`Entry ${entry.seq} cannot be understood`, cause));
    }
    checkpointAt = entry.seq;
    return true;
  }

  /** Appends a checkpoint if it is time. Whatever prevents it, the next entries bring another one. */
  async function addCheckpoint(): Promise<void> {
    if (store.checkpoint === undefined || state.seq - checkpointAt < CHECKPOINT_EVERY) return;
    const { seq } = state;
    const record = toRecord({ kind: "checkpoint", callId: null, data: checkpointOf(state) }, isoTime(now()));
    const isAdded = await append(chainEntries(state, [record])).catch(() => false);
    if (isAdded) checkpointAt = seq + 1;
  }

  async function append(entries: readonly JournalEntry[]): Promise<boolean> {
    try {
      const result = store.append(state.seq, entries);
      if (!(typeof result === "boolean" ? result : await result)) return false;
    } catch (problem) {
      // It may have been written before it failed.
      const { seq } = state;
      await readNew();
      if (state.seq > seq && state.hash === entries.at(-1)?.hash) return true;
      throw journalFailed("could not be written", problem);
    }
    for (const entry of entries) apply(state, entry);
    return true;
  }

  const toRecord = ({ kind, callId, data }: Draft, time: string): JournalRecord => {
    return { time, toolbox, kind, callId, data };
  };

  /** Noted entries first, since what they are about happened before. */
  function toRecords(entries: readonly Draft[]): readonly JournalRecord[] {
    const time = isoTime(now());
    const read: readonly Draft[] = reads.length === 0 ? [] : [{ kind: "reads", callId: null, data: { calls: reads } }];
    const records = [
      ...read.map((draft) => toRecord(draft, time)),
      ...noted.map((one) => toRecord(one.draft, isoTime(one.time))),
      ...entries.map((draft) => toRecord(draft, time)),
    ];
    // Looking through one long text is several times as fast as through each of its parts.
    const text = JSON.stringify(records);
    return redact(text) === text ? records : redact(records);
  }

  /** Appends what was noted, and these entries. */
  async function appendAll(entries: readonly Draft[]): Promise<boolean> {
    const counts = [noted.length, reads.length] as const;
    if (!(await append(chainEntries(state, toRecords(entries))))) return false;
    noted = noted.slice(counts[0]);
    reads = reads.slice(counts[1]);
    await addCheckpoint();
    return true;
  }

  async function write<T>(decide: (state: LedgerState) => Decision<T>): Promise<T> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      await readNew();
      const { entries, result } = decide(state);
      if (entries.length === 0) return result;
      if (await appendAll(entries)) return result;
    }
    throw journalFailed("was appended to by others all the time", undefined);
  }

  const flush = (): Promise<void> =>
    enqueue(async () => {
      while (noted.length + reads.length > 0) {
        await readNew();
        await appendAll([]);
      }
    });

  /** A journal that fails is reported by the next call that needs it. */
  const flushAt = (count: number): void => {
    if (count % MAX_NOTED === 0) flush().catch(() => {});
  };

  return {
    state,
    sync: () => enqueue(async () => readNew().then(() => state)),
    transact: (decide) => enqueue(() => write(decide)),
    note(draft) {
      if (noted.length < MAX_WAITING) noted.push({ draft, time: now() });
      flushAt(noted.length);
    },
    noteRead(read) {
      if (reads.length < MAX_WAITING) reads.push({ ...read, time: isoTime(now()) });
      flushAt(reads.length);
    },
    flush,
  };
}

/** Times beyond the years of ISO-8601 come from clocks that are wrong anyway. */
function isoTime(time: number): string {
  return new Date(Math.min(Math.max(time, 0), 253_402_300_799_999)).toISOString();
}

function journalFailed(what: string, cause: unknown): AgentExchangeError {
  return new AgentExchangeError(`The journal ${what}, so nothing was sent.`, {
    code: "JOURNAL_FAILED",
    retryable: true,
    cause,
    hint: "See the error's cause.",
  });
}

function journalDamaged(what: string, cause?: unknown): AgentExchangeError {
  return new AgentExchangeError(`The journal was changed or is damaged: ${what}.`, {
    code: "JOURNAL_DAMAGED",
    cause,
    hint: "Check it with verifyJournal(), and start a new one.",
  });
}

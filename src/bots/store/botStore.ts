import { invalid } from "../../endpoints/index.ts";
import { EMPTY_JOURNAL, mayAppend, type JournalHead } from "../../tools/journal/chain.ts";
import type { JournalEntry, JournalStore, JsonObject } from "../../tools/index.ts";
import type {
  BotStore,
  Claim,
  Decision,
  MemoryBotStore,
  MemoryBotStoreOptions,
  RunRecord,
  SqlDatabase,
  Tick,
} from "../types.ts";
import { memoryTables, type MemoryTables } from "./memoryTables.ts";
import { sqlTables } from "./sqlTables.ts";
import type { Tables } from "./tables.ts";

const MAX_RUNS = 1000;
const MAX_ENTRIES = 10_000;
/** Moving the entries of a journal takes time, so memory is given back for so many at once. */
const MAX_SLACK = 1000;
const MAX_OPEN = 1000;
const MAX_SCHEDULES = 100;
const MAX_MEMORY = 65_536;
const MAX_CRON = 100;

/** The newest claim, and what outlives it. */
interface State {
  readonly fence: number;
  readonly current: {
    readonly tick: Tick;
    readonly leaseUntil: number;
    readonly leaseMs: number;
    readonly decision: Decision | null;
    readonly previous: Tick | null;
  } | null;
  readonly open: readonly Tick[];
  /** The newest tick of each schedule. */
  readonly newest: readonly Tick[];
  readonly cursor: string | null;
}

/** How much a store keeps. */
interface Sizes {
  readonly maxRuns: number;
  /** Entries of the journal before its newest checkpoint. */
  readonly maxEntries: number;
}

const EMPTY: State = { fence: 0, current: null, open: [], newest: [], cursor: null };

/**
 * Keeps a bot's claims, history and journal in memory: they survive a run, but not the process.
 *
 * @example
 * ```ts
 * import { memoryBotStore } from "agentexchange/bots";
 *
 * const store = memoryBotStore();
 * const claim = store.claim({ scheduledTime: 0, cron: "0 * * * *" }, 0, 90_000);
 * console.log(typeof claim); // object
 * console.log(store.claim({ scheduledTime: 0, cron: "0 * * * *" }, 0, 90_000)); // running
 * ```
 */
export function memoryBotStore(options: MemoryBotStoreOptions = {}): MemoryBotStore {
  const sizes = sizesOf(options);
  return forkable(memoryTables(Math.min(MAX_SLACK, sizes.maxEntries)), sizes);
}

function forkable(tables: MemoryTables, sizes: Sizes): MemoryBotStore {
  return { ...createStore(tables, sizes), fork: () => forkable(tables.copy(), sizes) };
}

function sizesOf({ maxRuns = MAX_RUNS, maxEntries = MAX_ENTRIES }: MemoryBotStoreOptions): Sizes {
  const problems = Object.entries({ maxRuns, maxEntries })
    .filter(([, size]) => !(Number.isSafeInteger(size) && size >= 1))
    .map(([field]) => ({ field, message: "must be a whole number of at least 1" }));
  if (problems.length > 0) throw invalid("memoryBotStore", problems);
  return { maxRuns, maxEntries };
}

/**
 * Keeps a bot's claims, history and journal in a synchronous SQLite database, such as a Durable Object's, in tables whose
 * names begin with `bot_`. The history has the latest 1000 runs, the journal 10 000 entries or more.
 *
 * @throws what the database throws, here and in each method; then nothing is written
 * @example
 * ```ts
 * import { sqlBotStore, type BotStore, type SqlDatabase } from "agentexchange/bots";
 *
 * // In a Durable Object: openStore({
 * //   exec: (query, ...bindings) => ctx.storage.sql.exec(query, ...bindings),
 * //   transactionSync: (work) => ctx.storage.transactionSync(work),
 * // })
 * const openStore = (database: SqlDatabase): BotStore => sqlBotStore(database);
 * console.log(openStore.length); // 1
 * ```
 */
export function sqlBotStore(sql: SqlDatabase): BotStore {
  return createStore(sqlTables(sql), { maxRuns: MAX_RUNS, maxEntries: MAX_ENTRIES });
}

function createStore(tables: Tables, { maxRuns, maxEntries }: Sizes): BotStore {
  const load = (): State => parse(tables.get("state"), EMPTY);
  const save = (state: State): void => tables.set("state", JSON.stringify(state));

  function isNewest({ tick, fence }: Claim): boolean {
    const state = load();
    return state.fence === fence && state.current !== null && isSame(state.current.tick, tick);
  }

  /** Changes the state if the claim is the newest and has not ended. */
  function withClaim(
    { tick, fence }: Claim,
    change: (state: State, current: NonNullable<State["current"]>) => State,
  ): boolean {
    return tables.transact(() => {
      const state = load();
      if (state.fence !== fence || state.current === null || !isSame(state.current.tick, tick)) return false;
      save(change(state, state.current));
      return true;
    });
  }

  return {
    claim(given, now, leaseMs) {
      const tick = checkTick(given);
      return tables.transact(() => {
        const state = load();
        const { current, newest } = state;
        if (tables.hasRun(tick.scheduledTime, tick.cron)) return "done";
        const last = newest.find(({ cron }) => cron === tick.cron) ?? null;
        const isAgain = current !== null && isSame(current.tick, tick);
        if (!isAgain && last !== null && last.scheduledTime >= tick.scheduledTime) return "superseded";
        if (current !== null && isLeased(current, now)) return "running";
        const next = {
          tick,
          leaseUntil: now + leaseMs,
          leaseMs,
          decision: isAgain ? current.decision : null,
          previous: isAgain ? current.previous : last,
        };
        const open = current === null || isAgain ? state.open : [...state.open, current.tick].slice(-MAX_OPEN);
        const others = newest.filter(({ cron }) => cron !== tick.cron).slice(1 - MAX_SCHEDULES);
        const fence = state.fence + 1;
        save({ ...state, fence, current: next, open, newest: [...others, tick] });
        const { leaseUntil, decision, previous } = next;
        const memory = parse<JsonObject>(tables.get("memory"), {});
        return { tick, fence, leaseUntil, decision, previous, open, memory, cursor: state.cursor };
      });
    },
    renew: (claim, now, leaseMs) =>
      withClaim(claim, (state, current) => ({ ...state, current: { ...current, leaseUntil: now + leaseMs, leaseMs } })),
    isNewest,
    decide(claim, decision) {
      checkMemory(decision.memory);
      return withClaim(claim, (state, current) => ({ ...state, current: { ...current, decision } }));
    },
    finish(claim, record, { memory, open }) {
      // Whatever can fail comes before the first write.
      const memoryText = checkMemory(memory);
      const recordText = JSON.stringify(record);
      const { fence, tick } = claim;
      return withClaim(claim, (state) => {
        tables.addRun(fence, tick.scheduledTime, tick.cron, recordText);
        tables.trimRuns(maxRuns);
        if (memoryText !== undefined) tables.set("memory", memoryText);
        return { ...state, current: null, open: open.slice(-MAX_OPEN), cursor: record.cursor };
      });
    },
    runs: (limit) => tables.runs(limit).map((text) => JSON.parse(text) as RunRecord),
    journal: journalOf(tables, maxEntries, () => true),
    journalOf: (claim) => journalOf(tables, maxEntries, () => isNewest(claim)),
  };
}

function journalOf(tables: Tables, maxEntries: number, mayAppendNow: () => boolean): JournalStore {
  return {
    read: (after, limit = Number.POSITIVE_INFINITY) =>
      tables.entries(after, limit).map((text) => JSON.parse(text) as JournalEntry),
    checkpoint: () => parse<JournalEntry | undefined>(tables.lastCheckpoint(), undefined),
    append: (after, entries) =>
      tables.transact(() => {
        if (!mayAppendNow()) throw new Error("Another run has taken over, so this one may not append.");
        const head = parse<JournalHead>(tables.lastEntry(), EMPTY_JOURNAL);
        if (!mayAppend(head, after, entries)) return false;
        const texts = entries.map((entry) => JSON.stringify(entry));
        for (const [index, { seq, kind }] of entries.entries()) {
          tables.addEntry(seq, kind === "checkpoint", texts[index] ?? "");
          if (kind === "checkpoint") tables.trimEntries(seq - maxEntries);
        }
        return true;
      }),
  };
}

function isSame(one: Tick, other: Tick): boolean {
  return one.scheduledTime === other.scheduledTime && one.cron === other.cron;
}

/** A lease that ends later than it could have been given has outlived a clock that was set back. */
function isLeased({ leaseUntil, leaseMs }: NonNullable<State["current"]>, now: number): boolean {
  return now < leaseUntil && leaseUntil - now <= leaseMs;
}

function parse<T>(text: string | undefined, empty: T): T {
  return text === undefined ? empty : (JSON.parse(text) as T);
}

function checkTick({ scheduledTime, cron }: Tick): Tick {
  const problems = [];
  if (!(Number.isSafeInteger(scheduledTime) && Math.abs(scheduledTime) <= 8.64e15))
    problems.push({ field: "tick.scheduledTime", message: "must be Unix milliseconds" });
  if (!(typeof cron === "string" && cron !== "" && cron.length <= MAX_CRON))
    problems.push({ field: "tick.cron", message: `must be a string of 1 to ${MAX_CRON} characters` });
  if (problems.length > 0) throw invalid("runTick", problems);
  return { scheduledTime, cron };
}

function checkMemory(memory: JsonObject | undefined): string | undefined {
  if (memory === undefined) return undefined;
  const text = JSON.stringify(memory);
  if (text.length <= MAX_MEMORY) return text;
  throw invalid("runTick", [{ field: "memory", message: "must be at most 64 KiB as JSON" }]);
}

import type { Client } from "../client/index.ts";
import type { JournalStore, JsonObject, Mandate } from "../tools/index.ts";
import type { ClientOptions, Clock } from "../transport/index.ts";

/** A moment at which a bot is due, by its schedule and not by a clock. Two ticks are the same if both fields are equal. */
export interface Tick {
  /** Unix milliseconds. */
  readonly scheduledTime: number;
  /** The cron expression, or another name of the schedule, such as `manual`; up to 100 characters. */
  readonly cron: string;
}

/** What a strategy sees at one tick. */
export interface StrategyContext {
  /** For reading. Every request counts against the run's budget; calls with an effect are refused. */
  readonly client: Client;
  /**
   * The pairs that may be traded, beginning with the one at which the last run stopped. A pair whose last order has an
   * unknown outcome is left out.
   */
  readonly symbols: readonly string[];
  /** What the order must stay within; the toolbox checks it. */
  readonly mandate: Mandate;
  readonly scheduledAt: Date;
  /** What the last decision asked to remember; an empty object at first. */
  readonly memory: JsonObject;
  /** Requests that the strategy may still send. */
  readonly remaining: () => number;
  /** Aborted when the strategy's time is over. */
  readonly signal: AbortSignal;
}

/** At most one order. Amounts and prices are strings, as in the input of the toolbox's tools. */
export type Decision = {
  /** Why, in one sentence, for the history. */
  readonly reason: string;
  /**
   * Kept for the next tick if the run ends `held`, `partial`, `ordered` or `simulated`; left out, what is remembered stays.
   * At most 64 KiB as JSON.
   */
  readonly memory?: JsonObject | undefined;
  /** The pair at which the next run begins, if the budget did not suffice for all. */
  readonly cursor?: string | undefined;
} & (
  | { readonly kind: "hold" }
  | {
      readonly kind: "order";
      /** An operation that places one order, such as `placeMarketOrder`. */
      readonly tool: string;
      readonly input: JsonObject;
    }
);

/** Decides what to do at a tick. It never sends an order itself. */
export interface Strategy {
  readonly name: string;
  decide(context: StrategyContext): Decision | Promise<Decision>;
}

/**
 * How a run ended: `ordered`; `simulated`: a dry run; `held`: the strategy wanted nothing; `refused`: the mandate, a halt
 * or the exchange refused the order; `unknown`: the order's outcome is not known yet; `partial`: the budget ended first;
 * `failed`: an error.
 */
export type Outcome = "ordered" | "simulated" | "held" | "refused" | "unknown" | "partial" | "failed";

/** An order in the history. Amounts are strings: quantity in the base asset, price and fee in USDT. */
export interface RunOrder {
  readonly id: string;
  readonly symbol: string;
  readonly side: string;
  readonly quantity: string;
  /** Null until it is filled. */
  readonly price: string | null;
  readonly fee: string | null;
}

/** What a run found out about an earlier tick, whose run ended without a record or did not know its order's outcome. */
export interface Reconciled {
  readonly tick: Tick;
  /** Null if the tick has no order. */
  readonly order: RunOrder | null;
}

/** One run, for the history. Never contains a secret. */
export interface RunRecord {
  readonly tick: Tick;
  /** Larger for a later claim. */
  readonly fence: number;
  /** ISO-8601. */
  readonly startedAt: string;
  /** Milliseconds. */
  readonly duration: number;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly reconciled: readonly Reconciled[];
  /** The order of this tick; null if there is none, or its outcome is unknown. */
  readonly order: RunOrder | null;
  /** Pairs that are not traded because the outcome of their last order is unknown. */
  readonly undecided: readonly string[];
  /** Ticks of this schedule since the one before that no run has taken; counted up to 1000. */
  readonly missed: number;
  /** The pair at which the next run begins; null if the budget sufficed. */
  readonly cursor: string | null;
  /** Requests sent. */
  readonly requests: number;
  /** The code of the error; null without one. */
  readonly error: string | null;
}

/** A claimed tick. Whoever has a smaller fence than the newest claim may neither send nor write any more. */
export interface Claim {
  readonly tick: Tick;
  readonly fence: number;
  /** Unix milliseconds. */
  readonly leaseUntil: number;
  /** What an earlier run of the same tick decided, before it crashed. */
  readonly decision: Decision | null;
  /** The tick of the same schedule before this one. */
  readonly previous: Tick | null;
  /** Earlier ticks that may have an order which is not in the history. */
  readonly open: readonly Tick[];
  /** What the last decision asked to remember. */
  readonly memory: JsonObject;
  /** The pair at which the last run stopped. */
  readonly cursor: string | null;
}

/** What a run leaves to the next one. */
export interface NextRun {
  /** Undefined: what was remembered stays. At most 64 KiB as JSON. */
  readonly memory?: JsonObject | undefined;
  /** Ticks that may have an order which is not in the history. */
  readonly open: readonly Tick[];
}

/**
 * Why a tick could not be claimed: it has been run; a later tick of its schedule was claimed, or its run crashed
 * and another tick was claimed since; or another run is under way.
 */
export type ClaimRefusal = "done" | "superseded" | "running";

/**
 * Where a bot keeps what must survive: claims, history, the toolbox's journal with a record of every order. Its methods
 * finish before they return, so that nothing happens in between; each writes all or nothing.
 */
export interface BotStore {
  claim(tick: Tick, now: number, leaseMs: number): Claim | ClaimRefusal;
  /** Extends the lease; false if the claim is no longer the newest, or has ended. */
  renew(claim: Claim, now: number, leaseMs: number): boolean;
  /** Keeps the decision, so that another run of the tick makes no other one; false as for `renew`. */
  decide(claim: Claim, decision: Decision): boolean;
  /** Whether the claim is the newest and has not ended, so that an order may be sent. */
  isNewest(claim: Claim): boolean;
  /** Ends the claim with its record and what the next run needs; false, with nothing written, as for `renew`. */
  finish(claim: Claim, record: RunRecord, next: NextRun): boolean;
  /** The latest runs, newest first. */
  runs(limit: number): readonly RunRecord[];
  readonly journal: JournalStore;
  /** The same journal for the run of a claim: what it appends is refused as soon as the claim is not the newest. */
  journalOf(claim: Claim): JournalStore;
}

/** Options of {@link memoryBotStore}. */
export interface MemoryBotStoreOptions {
  /** Runs that the history keeps; default 1000. */
  readonly maxRuns?: number | undefined;
  /** Entries that the journal keeps before its newest checkpoint; default 10 000. */
  readonly maxEntries?: number | undefined;
}

/** A {@link BotStore} in memory. */
export interface MemoryBotStore extends BotStore {
  /** An independent copy of its current state, for a bot that goes on with a fork of its exchange. */
  fork(): MemoryBotStore;
}

/** What one run may use. */
export interface RunLimits {
  /** Requests to the platform, retries and streams included; default 50, at least 20. */
  readonly requests?: number | undefined;
  /** Milliseconds for the whole run; default 60 000, at least 30 000. */
  readonly time?: number | undefined;
  /** Milliseconds after which another run may take over from one that shows no sign of life; default 90 000. */
  readonly lease?: number | undefined;
}

/** What the run of a tick needs. */
export interface TickOptions {
  readonly tick: Tick;
  readonly store: BotStore;
  /** Options of the client, or a function that returns them: what it throws makes the run fail. */
  readonly client: ClientOptions | (() => ClientOptions | Promise<ClientOptions>);
  readonly strategy: Strategy;
  readonly mandate: Mandate;
  /** Decides and checks as usual, and sends no order. */
  readonly dryRun?: boolean | undefined;
  readonly limits?: RunLimits | undefined;
  /** Who acts, for the journal; default the strategy's name. */
  readonly actor?: string | undefined;
  /** Default the system clock. */
  readonly clock?: Clock | undefined;
}

/** What became of a tick. */
export type TickResult =
  | { readonly kind: "skipped"; readonly why: ClaimRefusal }
  | {
      readonly kind: "ran";
      readonly record: RunRecord;
      /** False if another run has taken over, or the store failed: then the history does not have this record. */
      readonly isRecorded: boolean;
      /** What made the run fail, or kept its record from being written; undefined without one. Throw it, so that the trigger fails. */
      readonly error?: unknown;
    };

/** A value of an SQL database. */
export type SqlValue = string | number | null | ArrayBuffer;

/** A synchronous SQLite database: in a Durable Object, `sql.exec` and `transactionSync` of `ctx.storage`. */
export interface SqlDatabase {
  exec(query: string, ...bindings: (string | number | null)[]): Iterable<Readonly<Record<string, SqlValue>>>;
  /** Runs `work` in a transaction, which is rolled back if it throws. */
  transactionSync<T>(work: () => T): T;
}

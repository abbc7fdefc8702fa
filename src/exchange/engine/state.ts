import type { ExchangeClock } from "../time/clock.ts";
import type { Quirks } from "../base/quirks.ts";
import type { Table } from "../collections/table.ts";
import type { Tree } from "../collections/tree.ts";
import type { JournalWriter } from "../persistence/journal.ts";
import type { Market } from "../market/market.ts";
import type { KeyStream } from "../base/keys.ts";
import type { SeededStream } from "../base/random.ts";
import type { Account, Agent, Order } from "./model.ts";
import type { Books } from "./trading/books.ts";
import type { Secrets } from "./accounts/secrets.ts";

/** What an exchange knows, as plain data: it can be copied, written and read. Records refer to each other by id. */
export interface World {
  readonly counters: Counters;
  readonly accounts: Table<Account>;
  /** Account ids. */
  readonly accountsByKey: Secrets<string>;
  readonly accountsByEmail: Tree<string, string>;
  readonly agents: Table<Agent>;
  /** Agent ids. */
  readonly agentsByKey: Secrets<string>;
  readonly tokens: Secrets<IssuedToken>;
  /** Tokens in the order in which they were issued. */
  readonly tokensByAge: Tree<number, string>;
  readonly books: Books;
  /** What features know, by name; see `partOf`. */
  readonly parts: Map<string, unknown>;
}

/** The numbers of a world that change. */
export interface Counters {
  /** Number of orders placed. */
  orders: number;
  /** Number of trades made. */
  trades: number;
  /** The scheduled jobs, apart from the expiry of orders, are done up to and including this time. */
  done: number;
  /** Orders have been expired up to and including this time. */
  expired: number;
}

/** The state of an exchange, with its sources of time and randomness. */
export interface ExchangeState extends World {
  readonly clock: ExchangeClock;
  readonly market: Market;
  readonly quirks: Quirks;
  /** The time of the current request, or of the sweep that is being caught up on. */
  now: number;
  /** When the exchange opened. */
  readonly openedAt: number;
  /** Source of keys, secrets and signatures only; nothing public may come from it. */
  readonly keys: KeyStream;
  readonly ids: SeededStream;
  /** How its keys begin, if it is one of several exchanges behind one address; otherwise empty. */
  readonly shard: string;
  /** Incremented for every id and key drawn, and for other changes by reads. A read that changes it is journaled as a command. */
  revision: number;
  /** True while the journal is being replayed. */
  replaying: boolean;
  readonly journal: JournalWriter;
  /** Called after each change of an order's status, while the stream has subscribers. */
  orderChanged: ((order: Order) => void) | undefined;
  /** Called for each new webhook delivery. */
  deliveryPosted: ((delivery: { readonly id: number; readonly due: number }) => void) | undefined;
}

/** A token issued by a login. Tokens are looked up here, so a forged one is never accepted. */
export interface IssuedToken {
  readonly accountId: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

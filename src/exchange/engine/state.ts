import type { ExchangeClock } from "../time/clock.ts";
import type { Quirks } from "../base/quirks.ts";
import type { JournalWriter } from "../persistence/journal.ts";
import type { Market } from "../market/market.ts";
import type { KeyStream } from "../base/keys.ts";
import type { RandomStream } from "../base/random.ts";
import type { BacktestSession } from "./backtest/model.ts";
import type { Account, Agent, History, Order } from "./model.ts";
import type { PendingOrders } from "./trading/pendingOrders.ts";
import type { SecretMap } from "./accounts/secretMap.ts";
import type { Strategy, TestRun } from "./strategies/model.ts";
import type { TrainingRun } from "./training/model.ts";
import type { Delivery, Outbox, Webhook } from "./webhooks/model.ts";

/** The state of an exchange, with its sources of time and randomness. */
export interface ExchangeState {
  readonly clock: ExchangeClock;
  readonly market: Market;
  readonly quirks: Quirks;
  /** The time of the current request, or of the sweep that is being caught up on. */
  now: number;
  /** When the exchange opened. */
  readonly openedAt: number;
  /** Source of keys, secrets and signatures only; nothing public may come from it. */
  readonly keys: KeyStream;
  readonly ids: RandomStream;
  /** Incremented for every id and key drawn, and for other changes by reads. A read that changes it is journaled as a command. */
  revision: number;
  /** True while the journal is being replayed. */
  replaying: boolean;
  readonly accounts: Map<string, Account>;
  readonly accountsByKey: SecretMap<Account>;
  readonly accountsByEmail: Map<string, Account>;
  readonly agents: Map<string, Agent>;
  readonly agentsByKey: SecretMap<Agent>;
  /** Creates the history of a new account. */
  readonly openHistory: (accountOf: () => Account) => History;
  readonly pending: PendingOrders;
  nextSequence: number;
  readonly tokens: SecretMap<IssuedToken>;
  readonly journal: JournalWriter;
  /** Oldest first. */
  readonly webhooks: Map<string, Webhook>;
  readonly outbox: Outbox;
  /** Called after each change of an order's status, while the stream has subscribers. */
  orderChanged: ((order: Order) => void) | undefined;
  /** Called for each new webhook delivery. */
  deliveryPosted: ((delivery: Delivery) => void) | undefined;
  /** Oldest first. */
  readonly backtests: Map<string, BacktestSession>;
  readonly strategies: Map<string, Strategy>;
  readonly tests: Map<string, TestRun>;
  /** Ids of the tests that are still running, oldest first. */
  readonly activeTests: Set<string>;
  readonly trainingRuns: Map<string, TrainingRun>;
}

/** A token issued by a login. Tokens are looked up here, so a forged one is never accepted. */
export interface IssuedToken {
  readonly accountId: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

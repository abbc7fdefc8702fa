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
import type { Outbox, Webhook } from "./webhooks/model.ts";

/** The state of an exchange, and where its time and chance come from. */
export interface ExchangeState {
  readonly clock: ExchangeClock;
  readonly market: Market;
  readonly quirks: Quirks;
  /** The moment that is being dealt with: of a request, or of a sweep that lies behind. */
  now: number;
  /** When the exchange opened. */
  readonly openedAt: number;
  /** Of keys, secrets and signatures, and of nothing that others may see. */
  readonly keys: KeyStream;
  readonly ids: RandomStream;
  /** Grows with every id and key that is drawn, and with what else a mere read changes: such a read is a command too. */
  revision: number;
  /** True while the journal is carried out again. */
  replaying: boolean;
  readonly accounts: Map<string, Account>;
  readonly accountsByKey: SecretMap<Account>;
  readonly accountsByEmail: Map<string, Account>;
  readonly agents: Map<string, Agent>;
  readonly agentsByKey: SecretMap<Agent>;
  /** Makes the history of a new account. */
  readonly openHistory: (accountOf: () => Account) => History;
  readonly pending: PendingOrders;
  nextSequence: number;
  readonly tokens: SecretMap<IssuedToken>;
  readonly journal: JournalWriter;
  /** Oldest first. */
  readonly webhooks: Map<string, Webhook>;
  readonly outbox: Outbox;
  /** Told of each new state of an order, while somebody wants to know. */
  orderChanged: ((order: Order) => void) | undefined;
  /** Oldest first. */
  readonly backtests: Map<string, BacktestSession>;
  readonly strategies: Map<string, Strategy>;
  readonly tests: Map<string, TestRun>;
  /** Tests that are not over, oldest first. */
  readonly activeTests: Set<TestRun>;
  /** Works on tests, on so many candles at most; there from the first test on. */
  advanceTests: ((now: number, most: number) => void) | undefined;
  readonly trainingRuns: Map<string, TrainingRun>;
}

/** A login that the exchange remembers: its signature cannot be guessed, and nothing else is accepted. */
export interface IssuedToken {
  readonly accountId: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

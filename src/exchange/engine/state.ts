import type { ExchangeClock } from "../time/clock.ts";
import type { Quirks } from "../base/quirks.ts";
import { createJournal, type JournalWriter, type Ledger } from "../persistence/journal.ts";
import type { Market } from "../market/market.ts";
import { secureKeys, type KeyStream } from "../base/keys.ts";
import { randomStream, type RandomStream } from "../base/random.ts";
import type { BacktestSession } from "./backtest/model.ts";
import type { Archive } from "../persistence/store.ts";
import { createOutbox, type Outbox } from "./webhooks/outbox.ts";
import { archivedHistory } from "./history/archivedHistory.ts";
import { memoryHistory, type History } from "./history/history.ts";
import type { Account, Agent, Order } from "./model.ts";
import { PendingOrders } from "./trading/pendingOrders.ts";
import { SecretMap } from "./accounts/secretMap.ts";
import type { Strategy } from "./strategies/model.ts";
import type { TestRun } from "./strategies/testRun.ts";
import type { TrainingRun } from "./training/runs.ts";
import type { Webhook } from "./webhooks/subscriptions.ts";

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
  attendTests: ((now: number, most: number) => void) | undefined;
  readonly trainingRuns: Map<string, TrainingRun>;
}

/** Where a state keeps what has happened; default its own memory. */
export interface Memory {
  /** Default random ones. */
  readonly keys?: KeyStream | undefined;
  readonly ledger?: Ledger | undefined;
  readonly archive?: Archive | undefined;
}

/** A login that the exchange remembers: its signature cannot be guessed, and nothing else is accepted. */
export interface IssuedToken {
  readonly accountId: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

export function createExchangeState(
  clock: ExchangeClock,
  market: Market,
  quirks: Quirks,
  seed: number,
  memory: Memory = {},
): ExchangeState {
  const { ledger, archive, keys = secureKeys() } = memory;
  const state: ExchangeState = {
    clock,
    market,
    quirks,
    now: clock.now(),
    openedAt: clock.now(),
    keys: counted(keys),
    ids: counted(randomStream(seed, "ids")),
    revision: 0,
    replaying: false,
    accounts: new Map(),
    accountsByKey: new SecretMap(),
    accountsByEmail: new Map(),
    agents: new Map(),
    agentsByKey: new SecretMap(),
    openHistory: archive === undefined ? memoryHistory : (accountOf) => archivedHistory(archive, accountOf),
    pending: new PendingOrders(),
    nextSequence: 0,
    tokens: new SecretMap(),
    journal: createJournal(ledger),
    webhooks: new Map(),
    outbox: createOutbox(),
    orderChanged: undefined,
    backtests: new Map(),
    strategies: new Map(),
    tests: new Map(),
    activeTests: new Set(),
    attendTests: undefined,
    trainingRuns: new Map(),
  };
  return state;

  function counted<Stream extends RandomStream>(stream: Stream): Stream {
    return {
      ...stream,
      bits() {
        state.revision++;
        return stream.bits();
      },
    };
  }
}

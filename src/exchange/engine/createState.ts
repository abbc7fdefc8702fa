import type { ExchangeClock } from "../time/clock.ts";
import type { Quirks } from "../base/quirks.ts";
import { createJournal, type Ledger } from "../persistence/journal.ts";
import type { Market } from "../market/market.ts";
import { secureKeys, type KeyStream } from "../base/keys.ts";
import { randomStream, type RandomStream } from "../base/random.ts";
import type { Archive } from "../persistence/store.ts";
import { SecretMap } from "./accounts/secretMap.ts";
import { archivedHistory } from "./history/archivedHistory.ts";
import { memoryHistory } from "./history/history.ts";
import type { ExchangeState } from "./state.ts";
import { PendingOrders } from "./trading/pendingOrders.ts";
import { createOutbox } from "./webhooks/outbox.ts";

/** Where a state keeps its journal and history; default memory. */
export interface Memory {
  /** Default: random keys. */
  readonly keys?: KeyStream | undefined;
  readonly ledger?: Ledger | undefined;
  readonly archive?: Archive | undefined;
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
    keys: countDraws(keys),
    ids: countDraws(randomStream(seed, "ids")),
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
    deliveryPosted: undefined,
    backtests: new Map(),
    strategies: new Map(),
    tests: new Map(),
    activeTests: new Set(),
    trainingRuns: new Map(),
  };
  return state;

  function countDraws<Stream extends RandomStream>(stream: Stream): Stream {
    return {
      ...stream,
      bits() {
        state.revision++;
        return stream.bits();
      },
    };
  }
}

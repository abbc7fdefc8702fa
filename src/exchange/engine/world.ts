import type { Clock } from "../clock.ts";
import type { Quirks } from "../fidelity.ts";
import { createJournal, type JournalWriter } from "../journal.ts";
import type { Market } from "../market/market.ts";
import { randomStream, type RandomStream } from "../random.ts";
import type { BacktestSession } from "./backtest/session.ts";
import { createOutbox, type Outbox } from "./events.ts";
import type { Account, Agent, Order } from "./model.ts";
import { PendingOrders } from "./pendingOrders.ts";
import type { Webhook } from "./webhooks.ts";

/** The state of an exchange, and where its time and chance come from. */
export interface World {
  readonly clock: Clock;
  readonly market: Market;
  readonly quirks: Quirks;
  /** The moment that is being dealt with: of a request, or of a sweep that lies behind. */
  now: number;
  /** When the exchange opened. */
  readonly openedAt: number;
  readonly keys: RandomStream;
  readonly ids: RandomStream;
  readonly accounts: Map<string, Account>;
  readonly accountsByKey: Map<string, Account>;
  readonly accountsByEmail: Map<string, Account>;
  readonly agents: Map<string, Agent>;
  readonly agentsByKey: Map<string, Agent>;
  readonly orders: Map<string, Order>;
  readonly pending: PendingOrders;
  nextSequence: number;
  readonly tokens: Map<string, IssuedToken>;
  readonly journal: JournalWriter;
  /** Oldest first. */
  readonly webhooks: Map<string, Webhook>;
  readonly outbox: Outbox;
  /** Oldest first. */
  readonly backtests: Map<string, BacktestSession>;
}

/** A login that the exchange remembers: its signature cannot be guessed, and nothing else is accepted. */
export interface IssuedToken {
  readonly accountId: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

export function createWorld(clock: Clock, market: Market, quirks: Quirks, seed: number): World {
  return {
    clock,
    market,
    quirks,
    now: clock.now(),
    openedAt: clock.now(),
    keys: randomStream(seed, "keys"),
    ids: randomStream(seed, "ids"),
    accounts: new Map(),
    accountsByKey: new Map(),
    accountsByEmail: new Map(),
    agents: new Map(),
    agentsByKey: new Map(),
    orders: new Map(),
    pending: new PendingOrders(),
    nextSequence: 0,
    tokens: new Map(),
    journal: createJournal(),
    webhooks: new Map(),
    outbox: createOutbox(),
    backtests: new Map(),
  };
}

import type { Monitor } from "./trading/monitor.ts";
import { completeDelivery } from "./webhooks/subscriptions.ts";
import type { ExchangeState } from "./state.ts";
import {
  redactForMessage,
  type CommandEntry,
  type DeliveryEntry,
  type JournalEntry,
  type RejectionEntry,
} from "../persistence/journal.ts";
import type { Market } from "../market/market.ts";
import type { ReplayLedger } from "../persistence/ledgers.ts";
import { StoreError } from "../persistence/store.ts";

/** What a journal is carried out on. */
export interface ReplayTarget {
  readonly state: ExchangeState;
  readonly monitor: Monitor;
  /** Carries a request out; gives back the status of its answer. */
  readonly runCommand: (entry: CommandEntry) => number;
  /** Keeps the answer to an order that was refused. */
  readonly rememberRejection: (entry: RejectionEntry) => void;
  readonly setTime: (time: number) => void;
}

/** Carries out what a ledger has recorded, in its order; gives back the time of the latest entry, if there is any. */
export function replay(stage: ReplayTarget, ledger: ReplayLedger): number | undefined {
  let latest: number | undefined;
  stage.state.replaying = true;
  for (let entry = ledger.next(); entry !== undefined; entry = ledger.next()) {
    const { position } = ledger;
    stage.setTime(entry.time);
    applyEntry(stage, entry);
    latest = Math.max(latest ?? entry.time, entry.time);
    if (ledger.position === position)
      throw new StoreError(
        `entry ${position} of the journal does not happen again: ${redactForMessage(JSON.stringify(entry))}`,
      );
  }
  stage.state.replaying = false;
  return latest;
}

function applyEntry(
  { state, monitor, runCommand: command, rememberRejection: refusal }: ReplayTarget,
  entry: JournalEntry,
): void {
  monitor.catchUp(entry.time);
  switch (entry.kind) {
    case "command": {
      const status = command(entry);
      if (status === entry.status) return;
      throw new StoreError(
        `a request of the journal was answered with ${entry.status} and is now with ${status}: ${entry.method} ${entry.path} ${redactForMessage(entry.body)}`,
      );
    }
    case "refusal":
      refusal(entry);
      return;
    case "price":
      settable(state.market).set(entry.symbol, entry.quote);
      return;
    case "sweep":
      monitor.sweep();
      return;
    case "delivery":
      completePendingDelivery(state, entry);
      return;
    case "fill":
    case "fault":
      // What follows from the time alone has followed.
      return;
  }
}

/** A market whose prices are told, as the manual one. */
interface Settable {
  set(symbol: string, quote: Readonly<Record<string, string>>): void;
}

function settable(market: Market): Settable {
  if ("set" in market && typeof market.set === "function") return market as Market & Settable;
  throw new StoreError("the journal sets prices, but the market cannot: pass the kind of market that it was made with");
}

function completePendingDelivery(state: ExchangeState, entry: DeliveryEntry): void {
  for (const delivery of state.outbox.waiting)
    if (delivery.id === entry.delivery) return completeDelivery(state, delivery, entry.outcome, entry.time);
}

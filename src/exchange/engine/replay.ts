import { recordDirectly } from "./decisions/records.ts";
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
import { partOf } from "./parts.ts";
import { OUTBOX } from "./webhooks/parts.ts";

/** The exchange that a journal is replayed on. */
export interface ReplayTarget {
  readonly state: ExchangeState;
  readonly monitor: Monitor;
  /** Executes a request and returns the status of its response. */
  readonly runCommand: (entry: CommandEntry) => number;
  /** Restores the response to a rejected order. */
  readonly rememberRejection: (entry: RejectionEntry) => void;
  readonly setTime: (time: number) => void;
}

/** Replays a ledger in order. Returns the time of the latest entry, if there is one. */
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
        `Replaying the journal did not reproduce entry ${position}: ${redactForMessage(JSON.stringify(entry))}`,
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
        `Replaying the journal: a request was answered with ${entry.status} when it was recorded, but with ${status} now: ${entry.method} ${entry.path} ${redactForMessage(entry.body)}`,
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
    case "record":
      recordDirectly(state, entry.agentId, entry.record);
      return;
    case "fill":
    case "fault":
      // These follow from other entries and the time.
      return;
  }
}

/** A market whose prices are set from outside, such as the manual market. */
interface Settable {
  set(symbol: string, quote: Readonly<Record<string, string>>): void;
}

function settable(market: Market): Settable {
  if ("set" in market && typeof market.set === "function") return market as Market & Settable;
  throw new StoreError(
    "The journal sets prices, but this market has no set(). Pass the same kind of market as when the store was created.",
  );
}

function completePendingDelivery(state: ExchangeState, entry: DeliveryEntry): void {
  const delivery = partOf(state, OUTBOX).waiting.get(entry.delivery);
  if (delivery !== undefined) completeDelivery(state, delivery, entry.outcome, entry.time);
}

import { parseOrderIntent, type OrderIntent } from "../../endpoints/index.ts";
import { DAY, Exact, type Decimal } from "../../wire/index.ts";
import type { JournalEntry } from "../journal/journalStore.ts";
import { EMPTY_JOURNAL } from "../journal/chain.ts";
import type { JsonObject, JsonValue } from "../json.ts";

/** How far a call has come. Only `asking` and `reserved` calls have certainly not been sent. */
export type CallPhase = "reserved" | "asking" | "sending" | "unknown" | "done";

/** What a call takes of the limits. */
export interface OrderUse {
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly quantity: Decimal;
  /** Whether it counts against the limits. Sells that reduce a position do not. */
  readonly counts: boolean;
  /** UTC days that it counts for. */
  readonly days: readonly string[];
  /** In USDT: the worst case until the outcome is known. */
  readonly value: Decimal;
}

/** A call that has an effect, as the journal tells it. */
export interface CallRecord {
  readonly callId: string;
  readonly toolbox: string;
  readonly tool: string;
  /** Identifies tool and input. */
  readonly digest: string;
  /** The run that may go on with this call; any other that had reserved it must not send. */
  readonly attempt: string;
  readonly phase: CallPhase;
  /** Unix milliseconds of the last entry about it. */
  readonly time: number;
  /** `seq` of the entry with which its outcome became known; Infinity until then. */
  readonly endedAt: number;
  readonly order: OrderUse | null;
  /** What it took when it was reserved. */
  readonly reserved: OrderUse | null;
  /** The record of its order; null until it is sent. */
  readonly intent: OrderIntent | null;
  readonly orderId: string | null;
  readonly result: JsonObject | null;
}

/** Whether a call has certainly sent nothing, so that another run may take it over: the journal stops the first one. */
export function isUnsent({ phase }: CallRecord): boolean {
  return phase === "reserved" || phase === "asking";
}

/** What all entries of a journal add up to. */
export interface LedgerState {
  seq: number;
  hash: string;
  /** By call ID. */
  readonly calls: Map<string, CallRecord>;
  /** Calls that hold a reservation: their outcome is not known. */
  readonly open: Map<string, CallRecord>;
  /** IDs of calls in the order in which their outcome became known. */
  readonly recent: string[];
  /** Call IDs of orders that wait for their price, by order ID. */
  readonly resting: Map<string, string>;
  /** Call IDs by order ID. */
  readonly owners: Map<string, string>;
  /** What a framework has asked a person, by call ID. */
  readonly questions: Map<string, { readonly digest: string; readonly request: JsonObject }>;
  /** Nonces of approvals that have been used. */
  readonly burnt: Set<string>;
  readonly days: Map<string, { value: Decimal; orders: number }>;
  latestDay: string;
  halted: { readonly since: string; readonly reason: string } | null;
  /** How often a halt was ended. */
  resumes: number;
  /** The highest equity since the journal began or was resumed. */
  peak: Decimal | null;
}

export function emptyState(): LedgerState {
  return {
    ...EMPTY_JOURNAL,
    calls: new Map(),
    open: new Map(),
    recent: [],
    resting: new Map(),
    owners: new Map(),
    questions: new Map(),
    burnt: new Set(),
    days: new Map(),
    latestDay: "",
    halted: null,
    resumes: 0,
    peak: null,
  };
}

/** The UTC day of Unix milliseconds, such as `2026-03-05`. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/**
 * The days on which a reserved order may be executed: it can arrive after midnight, and clocks can disagree about midnight.
 */
export function daysOfReservation(day: string): readonly string[] {
  const midnight = Date.parse(day);
  return [day, dayOf(midnight - DAY), dayOf(midnight + DAY)];
}

/** Adds an entry to the state. @throws TypeError for data that no toolbox writes */
export function apply(state: LedgerState, entry: JournalEntry): void {
  const { kind, data, callId } = entry;
  switch (kind) {
    case "reserved":
      reserve(state, entry);
      break;
    case "asking":
    case "sending":
    case "unknown":
      advance(state, entry, kind);
      break;
    case "approved":
      state.burnt.add(text(data, "nonce"));
      advance(state, entry, "reserved");
      break;
    case "settled":
      settle(state, entry);
      break;
    case "released":
      // Nothing was sent, and the call has no outcome: it can come again.
      if (callId !== null && isCurrent(state, entry)) put(state, callId, undefined);
      break;
    case "question":
      if (callId !== null && isObject(data["request"]))
        state.questions.set(callId, { digest: text(data, "digest"), request: data["request"] });
      break;
    case "refused":
      if (callId !== null && !state.calls.has(callId)) put(state, callId, recordOf(entry, "done"));
      break;
    case "closed":
      close(state, entry);
      break;
    case "halted":
      state.halted ??= { since: entry.time, reason: text(data, "reason") };
      break;
    case "resumed":
      state.halted = null;
      state.resumes++;
      state.peak = null;
      break;
    default:
  }
  if (typeof data["equity"] === "string") {
    const equity = new Exact(data["equity"]);
    if (state.peak === null || equity.gt(state.peak)) state.peak = equity;
  }
  state.seq = entry.seq;
  state.hash = entry.hash;
}

function reserve(state: LedgerState, entry: JournalEntry): void {
  const { callId, data } = entry;
  const phase = callId === null ? undefined : state.calls.get(callId)?.phase;
  // What may have been sent cannot be taken over.
  if (callId === null || phase === "done" || phase === "sending" || phase === "unknown") return;
  put(state, callId, recordOf(entry, "reserved"));
  const { order } = data;
  if (isObject(order) && text(order, "day") > state.latestDay) state.latestDay = text(order, "day");
}

function recordOf({ callId, toolbox, time, data, seq }: JournalEntry, phase: "reserved" | "done"): CallRecord {
  const { order, result } = data;
  return {
    callId: callId ?? "",
    toolbox,
    tool: text(data, "tool"),
    digest: text(data, "digest"),
    attempt: phase === "done" ? "" : text(data, "attempt"),
    phase,
    time: Date.parse(time),
    endedAt: phase === "done" ? seq : Infinity,
    order: isObject(order) ? useOf(order) : null,
    reserved: isObject(order) ? useOf(order) : null,
    intent: null,
    orderId: null,
    result: isObject(result) ? result : null,
  };
}

function useOf(order: JsonObject): OrderUse {
  return {
    symbol: text(order, "symbol"),
    side: text(order, "side") === "buy" ? "buy" : "sell",
    quantity: new Exact(text(order, "quantity")),
    counts: order["counts"] === true,
    days: daysOfReservation(text(order, "day")),
    value: new Exact(text(order, "value")),
  };
}

/** Whether an entry belongs to the run that may go on with the call. */
function isCurrent(state: LedgerState, { callId, data }: JournalEntry): boolean {
  const record = state.calls.get(callId ?? "");
  return record !== undefined && record.phase !== "done" && record.attempt === data["attempt"];
}

function advance(state: LedgerState, entry: JournalEntry, phase: "reserved" | "asking" | "sending" | "unknown"): void {
  const { callId, time, data } = entry;
  const record = state.calls.get(callId ?? "");
  if (callId === null || record === undefined) return;
  // An outcome that turned out to be another call's order is unknown again.
  const isReopened = phase === "unknown" && data["reopened"] === true;
  if (!isReopened && !isCurrent(state, entry)) return;
  const intent = isObject(data["intent"]) ? parseOrderIntent(data["intent"]) : record.intent;
  const reopened = isReopened ? { endedAt: Infinity, orderId: null, result: null, order: record.reserved } : {};
  put(state, callId, { ...record, ...reopened, phase, intent, time: Date.parse(time) });
}

/** The first outcome counts, except that the exchange's own response to a call is better than a later search. */
function settle(state: LedgerState, { callId, data, time, seq }: JournalEntry): void {
  const record = state.calls.get(callId ?? "");
  if (callId === null || record === undefined || record.attempt !== data["attempt"]) return;
  if (record.phase === "done") {
    if (data["certain"] !== true) return;
    state.owners.delete(record.orderId ?? "");
    state.resting.delete(record.orderId ?? "");
  }
  const orderId = typeof data["orderId"] === "string" ? data["orderId"] : null;
  const order = record.order ?? record.reserved;
  const day = typeof data["day"] === "string" ? data["day"] : undefined;
  const isReleased = data["outcome"] === "released";
  const value = typeof data["value"] === "string" ? new Exact(data["value"]) : isReleased ? new Exact(0) : order?.value;
  put(state, callId, {
    ...record,
    phase: "done",
    time: Date.parse(time),
    endedAt: seq,
    orderId,
    result: isObject(data["result"]) ? data["result"] : null,
    order:
      // An order that was placed and ended unfilled is still one of the day's orders.
      order === null || (isReleased && orderId === null) || value === undefined
        ? null
        : { ...order, value, days: [...new Set([order.days[0] ?? "", day ?? order.days[0] ?? ""])] },
  });
  state.recent.push(callId);
  if (orderId === null) return;
  state.owners.set(orderId, callId);
  if (data["outcome"] === "pending") state.resting.set(orderId, callId);
}

/** An order that waited for its price was filled, or ended without. */
function close(state: LedgerState, { data }: JournalEntry): void {
  const orderId = text(data, "orderId");
  const record = state.calls.get(state.resting.get(orderId) ?? "");
  state.resting.delete(orderId);
  if (record === undefined || record.order === null) return;
  put(state, record.callId, { ...record, order: { ...record.order, value: new Exact(text(data, "value")) } });
}

/** Replaces the record of a call, and what it takes of the limits. */
function put(state: LedgerState, callId: string, record: CallRecord | undefined): void {
  count(state, state.calls.get(callId), -1);
  count(state, record, 1);
  if (record === undefined) state.calls.delete(callId);
  else state.calls.set(callId, record);
  if (record === undefined || record.phase === "done") state.open.delete(callId);
  else state.open.set(callId, record);
}

function count(state: LedgerState, record: CallRecord | undefined, sign: 1 | -1): void {
  const order = record?.order;
  if (order === undefined || order === null || !order.counts) return;
  for (const day of order.days) {
    const total = state.days.get(day) ?? { value: new Exact(0), orders: 0 };
    total.value = sign === 1 ? total.value.plus(order.value) : total.value.minus(order.value);
    total.orders += sign;
    state.days.set(day, total);
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(data: JsonObject, name: string): string {
  const value = data[name];
  if (typeof value === "string") return value;
  throw new TypeError(`The journal has an entry without "${name}", which no toolbox writes.`);
}

import { parseOrderIntent } from "../../endpoints/index.ts";
import { Exact } from "../../wire/index.ts";
import type { JournalEntry } from "../journal/journalStore.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { emptyState, type CallRecord, type LedgerState, type OrderUse } from "./state.ts";

/** Entries between two checkpoints. */
export const CHECKPOINT_EVERY = 200;
/** Calls with a known outcome that a checkpoint keeps: what repeats them comes soon, or never. */
const MAX_DONE = 100;
/** Days whose use a checkpoint keeps: clocks and time zones do not disagree by more. */
const MAX_DAYS = 7;
const MAX_QUESTIONS = 100;

/** The data of an entry that contains what all entries before it add up to, without calls whose outcome has long been known. */
export function checkpointOf(state: LedgerState): JsonObject {
  const recent = [...new Set(state.recent)].slice(-MAX_DONE);
  // Orders that wait for their price still change what their calls use.
  const kept = new Set([...state.open.keys(), ...state.resting.values(), ...recent, ...latestRefused(state)]);
  const calls = [...state.calls.values()].filter(({ callId }) => kept.has(callId));
  const days = [...state.days].toSorted(([one], [other]) => (one < other ? -1 : 1)).slice(-MAX_DAYS);
  const data: Checkpoint = {
    calls: calls.map(encodeCall),
    recent,
    resting: [...state.resting],
    owners: [...state.owners].filter(([, callId]) => kept.has(callId)),
    questions: [...state.questions].slice(-MAX_QUESTIONS),
    burnt: [...state.burnt],
    days: days.map(([day, { value, orders }]) => ({ day, value: value.toFixed(), orders })),
    latestDay: state.latestDay,
    halted: state.halted,
    resumes: state.resumes,
    peak: state.peak?.toFixed() ?? null,
  };
  return data as unknown as JsonObject;
}

function latestRefused({ calls, recent }: LedgerState): readonly string[] {
  const settled = new Set(recent);
  const refused = [...calls.values()].filter(({ phase, callId }) => phase === "done" && !settled.has(callId));
  return refused.slice(-MAX_DONE).map(({ callId }) => callId);
}

/** The state after a checkpoint. @throws TypeError or ValidationError for data that no toolbox writes */
export function stateOf({ data, seq, hash }: JournalEntry): LedgerState {
  const state = emptyState();
  const { calls, recent, resting, owners, questions, burnt, days, latestDay, halted, resumes, peak } =
    data as unknown as Checkpoint;
  for (const call of calls) {
    const record = decodeCall(call);
    state.calls.set(record.callId, record);
    if (record.phase !== "done") state.open.set(record.callId, record);
  }
  state.recent.push(...recent);
  for (const [orderId, callId] of resting) state.resting.set(orderId, callId);
  for (const [orderId, callId] of owners) state.owners.set(orderId, callId);
  for (const [callId, question] of questions) state.questions.set(callId, question);
  for (const nonce of burnt) state.burnt.add(nonce);
  for (const { day, value, orders } of days) state.days.set(day, { value: new Exact(value), orders });
  return Object.assign(state, { seq, hash, latestDay, halted, resumes, peak: peak === null ? null : new Exact(peak) });
}

/** The data of the entry. */
interface Checkpoint {
  readonly calls: readonly EncodedCall[];
  readonly recent: readonly string[];
  readonly resting: readonly (readonly [string, string])[];
  readonly owners: readonly (readonly [string, string])[];
  readonly questions: readonly (readonly [string, { readonly digest: string; readonly request: JsonObject }])[];
  readonly burnt: readonly string[];
  readonly days: readonly { readonly day: string; readonly value: string; readonly orders: number }[];
  readonly latestDay: string;
  readonly halted: LedgerState["halted"];
  readonly resumes: number;
  readonly peak: string | null;
}

type EncodedUse = Omit<OrderUse, "quantity" | "value"> & { readonly quantity: string; readonly value: string };

type EncodedCall = Omit<CallRecord, "endedAt" | "order" | "reserved" | "intent"> & {
  readonly endedAt: number | null;
  readonly order: EncodedUse | null;
  readonly reserved: EncodedUse | null;
  readonly intent: JsonValue;
};

function encodeCall(call: CallRecord): EncodedCall {
  const intent = call.intent as unknown as JsonValue;
  const endedAt = Number.isFinite(call.endedAt) ? call.endedAt : null;
  return { ...call, endedAt, order: encodeUse(call.order), reserved: encodeUse(call.reserved), intent };
}

function decodeCall(call: EncodedCall): CallRecord {
  const { endedAt, order, reserved, intent } = call;
  return {
    ...call,
    endedAt: endedAt ?? Infinity,
    order: decodeUse(order),
    reserved: decodeUse(reserved),
    intent: intent === null ? null : parseOrderIntent(intent),
  };
}

function encodeUse(use: OrderUse | null): EncodedUse | null {
  return use === null ? null : { ...use, quantity: use.quantity.toFixed(), value: use.value.toFixed() };
}

function decodeUse(use: EncodedUse | null): OrderUse | null {
  return use === null ? null : { ...use, quantity: new Exact(use.quantity), value: new Exact(use.value) };
}

import { parseUuid } from "../../../wire/index.ts";
import { randomUuid } from "../../base/random.ts";
import { Rejection } from "../../base/rejection.ts";
import { findOrder } from "../history/history.ts";
import type { Agent, Order, Trade } from "../model.ts";
import { addOwn, countOwn, newestOwn, oldestOwn, removeOwn } from "../ownIds.ts";
import { partOf } from "../parts.ts";
import { accountOf } from "../scope.ts";
import type { ExchangeState } from "../state.ts";
import { checkRecord } from "./check.ts";
import type {
  ServiceRecord,
  StoredApiCall,
  StoredDecision,
  StoredFeedback,
  StoredRecord,
  StoredSignal,
} from "./model.ts";
import { OWN_DECISIONS, RECORD_KEYS, SERVICE_RECORDS, TRACED_RECORDS } from "./parts.ts";

/** Number of records that are kept of an agent. Analyses may read all of them. */
const MAX_RECORDS = 10_000;

/** Adds a record and its journal entry; returns its id, or that of the decision that an outcome belongs to. */
export function recordDirectly(state: ExchangeState, agent: string, value: unknown): string {
  const record = checkRecord(value);
  const agentId = parseUuid(agent) ?? agent;
  return state.journal.runCommand(
    () => addRecord(state, agentId, record),
    () => ({ kind: "record", time: state.now, agentId, record: { ...record } }),
  );
}

function addRecord(state: ExchangeState, agentId: string, record: ServiceRecord): string {
  const agent = state.agents.get(agentId);
  if (agent === undefined) throw new TypeError(`There is no agent ${agentId}.`);
  if (record.kind === "outcome") {
    const decision = findRecord(state, agent, "decision", record.decisionId);
    if (decision === undefined) throw new TypeError(`The agent has no decision ${record.decisionId}.`);
    replaceRecord(state, { ...decision, outcome: { pnl: record.pnl, time: state.now } });
    return decision.id;
  }
  if (record.kind === "decision" && record.orderId !== undefined && orderOf(state, agent, record.orderId) === undefined)
    throw new TypeError(`The agent has no order ${record.orderId}.`);
  const stored = toStored({ id: randomUuid(state.ids), agentId, createdAt: state.now }, record);
  const records = partOf(state, SERVICE_RECORDS);
  const key = addOwn(records, agentId, stored);
  partOf(state, RECORD_KEYS).set(stored.id, key);
  if (stored.kind === "decision") addOwn(partOf(state, OWN_DECISIONS), agentId, key);
  const trace = traceOwner(stored);
  if (trace !== undefined) addOwn(partOf(state, TRACED_RECORDS), trace, key);
  if (countOwn(records, agentId) > MAX_RECORDS) deleteOldest(state, agentId);
  return stored.id;
}

function toStored(
  head: { readonly id: string; readonly agentId: string; readonly createdAt: number },
  record: Exclude<ServiceRecord, { readonly kind: "outcome" }>,
): StoredRecord {
  switch (record.kind) {
    case "decision":
      return { ...record, ...head, outcome: undefined };
    case "feedback":
      return { ...record, ...head, status: "submitted", resolution: null, resolvedAt: undefined };
    default:
      return { ...record, ...head };
  }
}

/** Deletes what has been recorded of an agent. */
export function deleteRecords(state: ExchangeState, agentId: string): void {
  while (deleteOldest(state, agentId));
}

function deleteOldest(state: ExchangeState, agentId: string): boolean {
  const records = partOf(state, SERVICE_RECORDS);
  const oldest = oldestOwn(records, agentId);
  if (oldest === undefined) return false;
  const [key, stored] = oldest;
  records.delete(key);
  partOf(state, RECORD_KEYS).delete(stored.id);
  // It is the first of each list, so it is found immediately.
  if (stored.kind === "decision") removeOwn(partOf(state, OWN_DECISIONS), agentId, key);
  const trace = traceOwner(stored);
  if (trace !== undefined) removeOwn(partOf(state, TRACED_RECORDS), trace, key);
  return true;
}

function traceOwner(stored: StoredRecord): string | undefined {
  return stored.kind === "feedback" || stored.traceId === undefined
    ? undefined
    : ownerOf(stored.agentId, stored.traceId);
}

/** Encoded, because a space ends the name of an owner. */
function ownerOf(agentId: string, traceId: string): string {
  return `${agentId} ${encodeURIComponent(traceId)}`;
}

type Kind = StoredRecord["kind"];
type OfKind<K extends Kind> = Extract<StoredRecord, { readonly kind: K }>;

function findRecord<K extends Kind>(state: ExchangeState, agent: Agent, kind: K, id: string): OfKind<K> | undefined {
  const stored = partOf(state, SERVICE_RECORDS).get(partOf(state, RECORD_KEYS).get(id) ?? "");
  return stored !== undefined && isKind(stored, kind) && stored.agentId === agent.id ? stored : undefined;
}

function replaceRecord(state: ExchangeState, stored: StoredRecord): void {
  const key = partOf(state, RECORD_KEYS).get(stored.id);
  if (key !== undefined) partOf(state, SERVICE_RECORDS).set(key, stored);
}

function isKind<K extends Kind>(stored: StoredRecord, kind: K): stored is OfKind<K> {
  return stored.kind === kind;
}

/** What belongs to a trace of an agent. */
export interface Trace {
  /** Oldest first. */
  readonly signals: readonly StoredSignal[];
  /** The newest. */
  readonly decision: StoredDecision | undefined;
  /** Oldest first. */
  readonly apiCalls: readonly StoredApiCall[];
  readonly order: Order | undefined;
  readonly trade: Trade | undefined;
}

export function traceOf(state: ExchangeState, agent: Agent, traceId: string): Trace {
  const all = partOf(state, SERVICE_RECORDS);
  const keys = newestOwn(partOf(state, TRACED_RECORDS), ownerOf(agent.id, traceId)).toReversed();
  const records = keys.flatMap((key) => all.get(key) ?? []);
  const decision = records.findLast((each) => each.kind === "decision");
  const order = decision?.orderId === undefined ? undefined : orderOf(state, agent, decision.orderId);
  return {
    signals: records.filter((each) => each.kind === "signal"),
    decision,
    apiCalls: records.filter((each) => each.kind === "apiCall"),
    order,
    trade: order === undefined ? undefined : tradeOf(agent, order),
  };
}

function orderOf(state: ExchangeState, agent: Agent, id: string): Order | undefined {
  const order = findOrder(state, accountOf(state, agent), id);
  return order?.agentId === agent.id ? order : undefined;
}

/** Trades are sorted by time, so the one of an order is among those of its fill's time. */
function tradeOf({ history: { trades } }: Agent, { id, fill }: Order): Trade | undefined {
  if (fill === undefined) return undefined;
  let found: Trade | undefined;
  const from = trades.search((_, trade) => trade.time >= fill.time);
  trades.ascend(from, (_, trade) => {
    if (trade.orderId === id) found = trade;
    return found === undefined && trade.time === fill.time;
  });
  return found;
}

/** Decisions of an agent, newest first. */
export function* decisionsOf(state: ExchangeState, agent: Agent): Generator<StoredDecision> {
  const page = 100;
  for (let offset = 0; ; offset += page) {
    const keys = newestOwn(partOf(state, OWN_DECISIONS), agent.id, page, offset);
    for (const key of keys) {
      const decision = partOf(state, SERVICE_RECORDS).get(key);
      if (decision?.kind === "decision") yield decision;
    }
    if (keys.length < page) return;
  }
}

/** Changes the status of feedback; without a resolution, that stays as it is. */
export function updateFeedback(
  state: ExchangeState,
  agent: Agent,
  id: string,
  status: StoredFeedback["status"],
  resolution: string | undefined,
): StoredFeedback {
  const feedback = findRecord(state, agent, "feedback", id);
  if (feedback === undefined) throw new Rejection("FEEDBACK_NOT_FOUND", `Feedback ${id} not found.`);
  const changed: StoredFeedback = {
    ...feedback,
    status,
    resolution: resolution ?? feedback.resolution,
    resolvedAt: status === "resolved" || status === "wont_fix" ? state.now : undefined,
  };
  replaceRecord(state, changed);
  return changed;
}

import { sha256 } from "@noble/hashes/sha2.js";
import { Rejection } from "../base/rejection.ts";
import type { Agent } from "../engine/model.ts";
import { createTable } from "../collections/copyValue.ts";
import type { Table } from "../collections/table.ts";
import { Tree } from "../collections/tree.ts";
import { partOf, type Part } from "../engine/parts.ts";
import type { ExchangeState } from "../engine/state.ts";
import type { RejectionEntry } from "../persistence/journal.ts";
import { DAY } from "../time/units.ts";
import { parseLenient } from "./body.ts";
import type { Reply } from "./reply.ts";

export const KEY_HEADER = "idempotency-key";
export const REPLAYED_HEADER = "idempotency-replayed";

/** Milliseconds for which the reply to a key is kept. */
const KEPT_MS = DAY;
/** Maximum number of replies kept per agent. */
const MAX_KEPT = 10_000;

// Visible ASCII characters.
const KEY = /^[!-~]{1,255}$/;

export function checkKey(key: string): void {
  if (KEY.test(key)) return;
  throw new Rejection("VALIDATION_ERROR", "Idempotency-Key must be 1 to 255 visible ASCII characters.", {
    field: "Idempotency-Key",
  });
}

/** An order with an idempotency key. */
export interface KeyedOrder {
  readonly agent: Agent;
  readonly key: string;
  readonly method: string;
  /** Without the query, which no order reads. */
  readonly path: string;
  readonly body: string;
}

/** The first replies to orders with keys. */
export interface KeyedReplies {
  /** The reply to an earlier order with this key. Throws if that was a different order. */
  find(order: KeyedOrder): Reply | undefined;
  /** Keeps the engine's decision; a failure (500) is not one. */
  keep(order: KeyedOrder, reply: Reply): void;
  /** Restores the reply to a rejected order from the journal. */
  restore(entry: RejectionEntry): void;
}

interface KeptReply {
  readonly key: string;
  readonly time: number;
  /** The digest of the order. */
  readonly request: string;
  readonly status: number;
  readonly body: string;
}

/** The replies of one agent, by key and in the order in which they were kept. */
interface AgentReplies {
  /** The agent's. */
  readonly id: string;
  readonly byKey: Tree<string, KeptReply>;
  readonly byAge: Tree<number, KeptReply>;
}

const REPLIES: Part<Table<AgentReplies>> = { name: "replies", create: createTable };

export function createKeyedReplies(state: ExchangeState): KeyedReplies {
  return {
    find(order) {
      const kept = repliesOf(order.agent).byKey.get(order.key);
      if (kept === undefined) return undefined;
      if (kept.request !== digestOf(order))
        throw new Rejection(
          "IDEMPOTENCY_KEY_REUSED",
          "This Idempotency-Key was used for another order. Use a new key for each order.",
        );
      const { status, body } = kept;
      return { status, body, headers: { "content-type": "application/json", [REPLAYED_HEADER]: "true" } };
    },
    keep(order, { status, body }) {
      if (status >= 500 || body === null) return;
      if (status < 300)
        return add(order.agent, { key: order.key, time: state.now, request: digestOf(order), status, body });
      // During a replay, rejections have entries of their own.
      if (state.replaying) return;
      restore({
        kind: "refusal",
        time: state.now,
        agentId: order.agent.id,
        idempotencyKey: order.key,
        request: digestOf(order),
        status,
        answer: body,
      });
    },
    restore,
  };

  /** The replies of an agent that have not expired. */
  function repliesOf({ id }: Agent): AgentReplies {
    const all = partOf(state, REPLIES);
    let replies = all.get(id);
    if (replies === undefined) all.add((replies = { id, byKey: new Tree(), byAge: new Tree() }));
    while (isExpired(replies.byAge.first()?.[1])) dropOldest(replies);
    return replies;
  }

  function isExpired(reply: KeptReply | undefined): boolean {
    return reply !== undefined && reply.time + KEPT_MS <= state.now;
  }

  function add(agent: Agent, reply: KeptReply): void {
    const { byKey, byAge } = repliesOf(agent);
    byKey.set(reply.key, reply);
    byAge.set((byAge.last()?.[0] ?? -1) + 1, reply);
    if (byKey.size > MAX_KEPT) dropOldest({ byKey, byAge });
  }

  function restore(entry: RejectionEntry): void {
    const { time, agentId, idempotencyKey: key, request, status, answer: body } = entry;
    const agent = state.agents.get(agentId);
    if (agent !== undefined) add(agent, { key, time, request, status, body });
    state.journal.add(entry);
  }
}

function dropOldest({ byKey, byAge }: Pick<AgentReplies, "byKey" | "byAge">): void {
  const [age, reply] = byAge.first() ?? [];
  if (age === undefined || reply === undefined) return;
  byAge.delete(age);
  // A later reply to the same key stays.
  if (byKey.get(reply.key)?.time === reply.time) byKey.delete(reply.key);
}

function digestOf({ method, path, body }: KeyedOrder): string {
  const text = `${method} ${path}\n${canonicalJson(parseLenient(body))}`;
  let digest = "";
  for (const byte of sha256(new TextEncoder().encode(text))) digest += byte.toString(16).padStart(2, "0");
  return digest;
}

/** JSON without insignificant differences: white space and the order of fields. */
function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`).join(",")}}`;
}

import { sha256 } from "@noble/hashes/sha2.js";
import type { Agent } from "../engine/model.ts";
import { Rejection } from "../base/rejection.ts";
import type { ExchangeState } from "../engine/state.ts";
import type { RejectionEntry } from "../persistence/journal.ts";
import { bodyValue } from "./body.ts";
import type { Reply } from "./reply.ts";

export const KEY_HEADER = "idempotency-key";
export const REPLAYED_HEADER = "idempotency-replayed";

/** How long the answer to a key is kept, by the exchange's clock. */
const KEPT_MS = 24 * 3_600_000;
/** How many answers are kept for one agent. */
const MOST_KEPT = 10_000;

// Visible ASCII characters.
const KEY = /^[!-~]{1,255}$/;

/** Refuses a key that is none. */
export function checkKey(key: string): void {
  if (KEY.test(key)) return;
  throw new Rejection("VALIDATION_ERROR", "Idempotency-Key must be 1 to 255 visible ASCII characters.", {
    field: "Idempotency-Key",
  });
}

/** The order that a key came with. */
export interface KeyedOrder {
  readonly agent: Agent;
  readonly key: string;
  readonly method: string;
  /** Without the query, which means nothing to an order. */
  readonly path: string;
  readonly body: string;
}

/** The first answers to keyed orders, by agent and key. */
export interface KeptAnswers {
  /** The answer to an order that came before; undefined for a new key. Another order with the same key is refused. */
  find(order: KeyedOrder): Reply | undefined;
  /** Keeps what the engine decided; a failure decides nothing. */
  keep(order: KeyedOrder, reply: Reply): void;
  /** Keeps the answer to an order of the journal that was refused. */
  remember(entry: RejectionEntry): void;
}

interface KeptAnswer {
  readonly key: string;
  readonly time: number;
  /** Digest of the order. */
  readonly request: string;
  readonly status: number;
  readonly body: string;
}

/** The answers of one agent, also in the order in which they were given. */
interface AgentAnswers {
  readonly byKey: Map<string, KeptAnswer>;
  queue: KeptAnswer[];
  /** Where the oldest answer stands in the queue. */
  oldest: number;
}

export function createKeptAnswers(state: ExchangeState): KeptAnswers {
  const byAgent = new WeakMap<Agent, AgentAnswers>();

  /** The answers of an agent that still count. */
  function answersOf(agent: Agent): AgentAnswers {
    let answers = byAgent.get(agent);
    if (answers === undefined) byAgent.set(agent, (answers = { byKey: new Map(), queue: [], oldest: 0 }));
    while (isExpired(answers.queue[answers.oldest])) forgetOldest(answers);
    return answers;
  }

  function isExpired(answer: KeptAnswer | undefined): boolean {
    return answer !== undefined && answer.time + KEPT_MS <= state.now;
  }

  return {
    find(order) {
      const kept = answersOf(order.agent).byKey.get(order.key);
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
      // While the journal is carried out again, refusals are entries of their own.
      if (state.replaying) return;
      remember({
        kind: "refusal",
        time: state.now,
        agentId: order.agent.id,
        idempotencyKey: order.key,
        request: digestOf(order),
        status,
        answer: body,
      });
    },
    remember,
  };

  function add(agent: Agent, answer: KeptAnswer): void {
    const answers = answersOf(agent);
    answers.byKey.set(answer.key, answer);
    answers.queue.push(answer);
    if (answers.byKey.size > MOST_KEPT) forgetOldest(answers);
  }

  function remember(entry: RejectionEntry): void {
    const { time, agentId, idempotencyKey: key, request, status, answer: body } = entry;
    const agent = state.agents.get(agentId);
    if (agent !== undefined) add(agent, { key, time, request, status, body });
    state.journal.add(entry);
  }
}

/** Taking answers from the front of a list one by one would cost as much as the list is long: it is cut now and then. */
function forgetOldest(answers: AgentAnswers): void {
  const { byKey, queue } = answers;
  const answer = queue[answers.oldest++];
  if (answer !== undefined && byKey.get(answer.key) === answer) byKey.delete(answer.key);
  if (answers.oldest * 2 < queue.length) return;
  answers.queue = queue.slice(answers.oldest);
  answers.oldest = 0;
}

function digestOf({ method, path, body }: KeyedOrder): string {
  const text = `${method} ${path}\n${canonical(bodyValue(body))}`;
  let digest = "";
  for (const byte of sha256(new TextEncoder().encode(text))) digest += byte.toString(16).padStart(2, "0");
  return digest;
}

/** JSON without the differences that mean nothing: white space and the order of fields. */
function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(",")}}`;
}

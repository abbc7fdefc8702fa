import { sha256 } from "@noble/hashes/sha2.js";
import type { Agent } from "../engine/model.ts";
import { Refusal } from "../engine/refusal.ts";
import type { World } from "../engine/world.ts";
import type { RefusalEntry } from "../journal.ts";
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
  throw new Refusal("VALIDATION_ERROR", "Idempotency-Key must be 1 to 255 visible ASCII characters.", {
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
  remember(entry: RefusalEntry): void;
}

interface KeptAnswer {
  readonly time: number;
  /** Digest of the order. */
  readonly request: string;
  readonly status: number;
  readonly body: string;
}

/** The answers of one agent: a map, and its keys in the order of their times. */
interface AgentAnswers {
  readonly byKey: Map<string, KeptAnswer>;
  keys: string[];
  /** Where the oldest key stands in `keys`. */
  oldest: number;
}

export function createKeptAnswers(world: World): KeptAnswers {
  const byAgent = new WeakMap<Agent, AgentAnswers>();

  /** The answers of an agent that still count. */
  function answersOf(agent: Agent): AgentAnswers {
    let answers = byAgent.get(agent);
    if (answers === undefined) byAgent.set(agent, (answers = { byKey: new Map(), keys: [], oldest: 0 }));
    while (answers.byKey.size > 0 && isExpired(answers)) forgetOldest(answers);
    return answers;
  }

  function isExpired({ byKey, keys, oldest }: AgentAnswers): boolean {
    return (byKey.get(keys[oldest] as string) as KeptAnswer).time + KEPT_MS <= world.now;
  }

  return {
    find(order) {
      const kept = answersOf(order.agent).byKey.get(order.key);
      if (kept === undefined) return undefined;
      if (kept.request !== digestOf(order))
        throw new Refusal(
          "IDEMPOTENCY_KEY_REUSED",
          "This Idempotency-Key was used for another order. Use a new key for each order.",
        );
      const { status, body } = kept;
      return { status, body, headers: { "content-type": "application/json", [REPLAYED_HEADER]: "true" } };
    },
    keep(order, { status, body }) {
      if (status >= 500 || body === null) return;
      if (status < 300) return add(order.agent, order.key, { time: world.now, request: digestOf(order), status, body });
      // While the journal is carried out again, refusals are entries of their own.
      if (world.replaying) return;
      remember({
        kind: "refusal",
        time: world.now,
        agentId: order.agent.id,
        idempotencyKey: order.key,
        request: digestOf(order),
        status,
        answer: body,
      });
    },
    remember,
  };

  function add(agent: Agent, key: string, answer: KeptAnswer): void {
    const answers = answersOf(agent);
    answers.byKey.set(key, answer);
    answers.keys.push(key);
    if (answers.byKey.size > MOST_KEPT) forgetOldest(answers);
  }

  function remember(entry: RefusalEntry): void {
    const { time, agentId, idempotencyKey, request, status, answer: body } = entry;
    const agent = world.agents.get(agentId);
    if (agent !== undefined) add(agent, idempotencyKey, { time, request, status, body });
    world.journal.add(entry);
  }
}

/** Taking keys from the front of a list one by one would cost as much as the list is long: it is cut now and then. */
function forgetOldest(answers: AgentAnswers): void {
  answers.byKey.delete(answers.keys[answers.oldest++] as string);
  if (answers.oldest < answers.byKey.size) return;
  answers.keys = answers.keys.slice(answers.oldest);
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

import { createClient, partsOf, reconcile, requestAboutOrders, type Client } from "../client/index.ts";
import type { Order, OrderIntent, PlacedOrder } from "../endpoints/index.ts";
import { isAgentExchangeError, RateLimitError, type AgentExchangeError } from "../errors/index.ts";
import { endpointsByName } from "../tools/catalogue/endpoints.ts";
import {
  OrderOutcomeUndecidedError,
  OrderOutcomeUnknownError,
  randomUuid,
  type Clock,
  type ClientOptions,
} from "../transport/index.ts";
import { matchKey } from "../transport/matchKey.ts";
import type { UpstreamAnswer } from "./cache.ts";
import { describeFound, notExecuted, problem, textOf } from "./orderAnswers.ts";
import { captureReplies } from "./captureReplies.ts";
import type { KeyedOrder, OrderAnswer, OrderRecord, OrderRecords } from "./types.ts";
import { upstreamOptions } from "./upstream.ts";

/** Milliseconds for which a key is remembered. */
const KEPT_MS = 24 * 3_600_000;
/** Answers that are remembered per caller. */
const MAX_KEPT = 10_000;
/** Milliseconds before a search that failed is repeated. */
const SEARCH_DELAYS: readonly number[] = [0, 1000, 4000];

/** An order whose request is running. */
interface Running {
  readonly order: string;
  readonly answer: Promise<OrderAnswer>;
}

/**
 * Places orders so that a key stands for at most one request to the platform. One desk serves all callers of a key of
 * the platform: only then can it tell their equal orders apart.
 *
 * The steps of an order: store its record, send it, store its answer. After a crash between them, the record without an
 * answer is searched for and never sent again.
 */
export class OrderDesk {
  readonly #records: OrderRecords;
  readonly #clock: Clock;
  readonly #client: Client;
  readonly #replies: Map<string, UpstreamAnswer>;
  readonly #running = new Map<string, Running>();
  /** Records by the id of their intent. */
  readonly #byIntent = new Map<string, string>();

  constructor(upstream: ClientOptions, records: OrderRecords) {
    const { apiKey, ...options } = upstreamOptions(upstream);
    const { fetch, replies } = captureReplies(options.fetch, apiKey);
    this.#records = records;
    this.#replies = replies;
    this.#client = createClient({
      ...options,
      apiKey,
      fetch,
      // The caller decides what to do about a rejection, and repeats it itself.
      retry: false,
      rateLimit: false,
      // Names the reply of each order; it does not reach the platform.
      idempotencyKeys: true,
      intents: {
        list: () => records.unanswered().map(({ intent }) => intent),
        put: async (intent) => this.#update(intent),
        // The answer replaces the intent, in one step.
        delete: () => {},
      },
    });
    this.#clock = partsOf(this.#client).transport.config.clock;
  }

  /** Places an order, or returns what became of it. */
  async place(order: KeyedOrder): Promise<OrderAnswer> {
    const id = JSON.stringify([order.caller, order.key ?? randomUuid()]);
    const text = textOf(order);
    const running = this.#running.get(id);
    const kept = running === undefined ? this.#kept(id) : undefined;
    const known = running?.order ?? kept?.order;
    if (known !== undefined && known !== text)
      return problem(
        422,
        "IDEMPOTENCY_KEY_REUSED",
        "This Idempotency-Key was used for another order. Use a new key for each order.",
      );
    if (running !== undefined) return repeated(await running.answer);
    if (kept?.answer) return repeated(finalAnswer(kept.answer));
    return this.#run(id, text, () => (kept === undefined ? this.#send(id, order, text) : this.#search(kept)));
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #kept(id: string): OrderRecord | undefined {
    const record = this.#records.get(id);
    const isOld = record?.answer !== null && this.#clock.now() - (record?.createdAt ?? 0) >= KEPT_MS;
    return isOld ? undefined : record;
  }

  async #run(id: string, order: string, work: () => Promise<OrderAnswer>): Promise<OrderAnswer> {
    const answer = work();
    this.#running.set(id, { order, answer });
    try {
      return await answer;
    } finally {
      this.#running.delete(id);
    }
  }

  async #send(id: string, order: KeyedOrder, text: string): Promise<OrderAnswer> {
    const endpoint = endpointsByName.get(order.operation);
    if (endpoint?.effect !== "order") throw new TypeError(`"${order.operation}" does not place orders.`);
    const createdAt = this.#clock.now();
    let record: OrderRecord | undefined;
    try {
      const likeness = likenessOf(order);
      if (!(await this.#searchEarlier(id, likeness)))
        return problem(
          503,
          "SERVICE_UNAVAILABLE",
          "The outcome of an equal order is not known yet; nothing was sent.",
          5,
        );
      const agentId = order.agentId ?? undefined;
      const placed = await requestAboutOrders(this.#client, endpoint, order.input, { agentId }, async (intent) => {
        this.#byIntent.set(intent.id, id);
        record = {
          id,
          caller: order.caller,
          createdAt,
          order: text,
          likeness,
          intent: { ...intent, key: null },
          answer: null,
        };
        await this.#records.put(record);
      });
      const reply = record && this.#replies.get(record.intent.id);
      if (record === undefined || reply === undefined) throw new TypeError("An order was placed without its record.");
      return await this.#keep(record, reply, (placed as PlacedOrder).orderId);
    } catch (error) {
      // Anything else can come after the order was executed: its record stays, to be searched for.
      if (!isAgentExchangeError(error)) throw error;
      if (record !== undefined && error instanceof OrderOutcomeUnknownError) return await this.#search(record);
      return await this.#notPlaced(record, error);
    } finally {
      if (record !== undefined) {
        this.#replies.delete(record.intent.id);
        this.#byIntent.delete(record.intent.id);
      }
    }
  }

  /** The answer to an order that was not executed. The platform's decision is final; anything else is not about the order. */
  async #notPlaced(record: OrderRecord | undefined, error: AgentExchangeError): Promise<OrderAnswer> {
    const reply = record && this.#replies.get(record.intent.id);
    if (record !== undefined && reply !== undefined && (reply.status === 400 || reply.status === 409))
      return this.#keep(record, reply, null);
    if (record !== undefined) this.#records.delete(record.id);
    const retryAfter = error instanceof RateLimitError ? (error.retryAfter ?? 1) : null;
    if (reply !== undefined)
      return { status: reply.status, body: reply.body, retryAfter, isFinal: false, isReplayed: false };
    const status = error.status ?? (error.code === "VALIDATION_ERROR" ? 422 : 503);
    return problem(status, error.code, "The order was not sent to the platform.", retryAfter);
  }

  /** Finds out what became of an order that was sent. It is never sent again. */
  async #search(record: OrderRecord): Promise<OrderAnswer> {
    let found: Order | null;
    try {
      found = await this.#find(record);
    } catch (error) {
      const isUndecided = error instanceof OrderOutcomeUndecidedError;
      const why = isUndecided ? "Several orders could be this one." : "The platform could not be asked.";
      return problem(503, "ORDER_OUTCOME_UNKNOWN", `It is not known whether the order was placed. ${why}`, 5);
    }
    // The intent may have been updated meanwhile.
    const latest = this.#records.get(record.id) ?? record;
    return found === null
      ? this.#keep(latest, notExecuted, null)
      : this.#keep(latest, { status: 201, body: describeFound(found), headers: {} }, found.orderId);
  }

  async #find(record: OrderRecord): Promise<Order | null> {
    for (const [index, delay] of SEARCH_DELAYS.entries()) {
      if (delay > 0) await new Promise<void>((resolve) => void this.#clock.setTimeout(resolve, delay));
      const { intent, likeness } = this.#records.get(record.id) ?? record;
      const otherOrders = [...new Set([...intent.otherOrders, ...this.#records.orderIds(likeness)])];
      try {
        return await reconcile(this.#client, { ...intent, otherOrders });
      } catch (error) {
        const isLast = index === SEARCH_DELAYS.length - 1;
        if (isLast || error instanceof OrderOutcomeUndecidedError || !isAgentExchangeError(error)) throw error;
      }
    }
    return null;
  }

  /** Finds out about equal orders of an earlier process, so that none of them is taken for a new one. */
  async #searchEarlier(id: string, likeness: string): Promise<boolean> {
    for (const record of this.#records.unanswered()) {
      if (record.likeness !== likeness || record.id === id || this.#byIntent.has(record.intent.id)) continue;
      const running = this.#running.get(record.id);
      const { isFinal } = await (running?.answer ?? this.#run(record.id, record.order, () => this.#search(record)));
      if (!isFinal) return false;
    }
    return true;
  }

  async #keep(record: OrderRecord, { status, body }: UpstreamAnswer, orderId: string | null): Promise<OrderAnswer> {
    await this.#records.put({ ...record, answer: { status, body, orderId } });
    this.#records.prune(this.#clock.now() - KEPT_MS, record.caller, MAX_KEPT);
    return finalAnswer({ status, body });
  }

  /** The client has learned of equal orders that this one is not. */
  async #update(intent: OrderIntent): Promise<void> {
    const record = this.#records.get(this.#byIntent.get(intent.id) ?? "");
    if (record?.answer === null) await this.#records.put({ ...record, intent: { ...intent, key: null } });
  }
}

function likenessOf({ operation, input }: KeyedOrder): string {
  const { symbol = "", side = "", quantity = "0", price, triggerPrice } = input;
  return matchKey({ symbol, side, type: operation, quantity, price: price ?? triggerPrice ?? null });
}

function finalAnswer({ status, body }: Pick<OrderAnswer, "status" | "body">): OrderAnswer {
  return { status, body, retryAfter: null, isFinal: true, isReplayed: false };
}

function repeated(answer: OrderAnswer): OrderAnswer {
  return { ...answer, isReplayed: answer.isFinal };
}

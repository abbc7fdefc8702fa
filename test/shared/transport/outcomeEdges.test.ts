// The outcome of an order at the edges: waits of different lengths, calls that still run, strange answers and stores.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import type { OrderIntent } from "../../../src/endpoints/index.ts";
import { isAgentExchangeError } from "../../../src/errors/index.ts";
import { createExchange, virtualClock, type Exchange, type VirtualClock } from "../../../src/exchange/index.ts";
import {
  memoryIntents,
  OrderOutcomeUndecidedError,
  OrderOutcomeUnknownError,
  type ClientOptions,
  type IntentStore,
} from "../../../src/transport/index.ts";
import * as answers from "../../support/answers.ts";
import { drive, failure } from "../../support/drive.ts";
import { brokenConnection, refusal, scripted } from "../../support/scripted.ts";

const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" } as const;

/** A number: lost at once, and carried out so many milliseconds later. */
type Fate =
  | number
  | "lost before"
  | "lost after"
  | "never"
  | { readonly answersAfter: number }
  | { readonly executesAfter: number };

interface Stage {
  readonly clock: VirtualClock;
  readonly exchange: Exchange;
  readonly keys: { readonly apiKey: string; readonly accountKey: string; readonly agentId: string };
  readonly fates: Fate[];
  make(options?: ClientOptions): AgentExchangeClient;
  lose(client: AgentExchangeClient, fate: Fate): Promise<OrderOutcomeUnknownError>;
}

async function stage(): Promise<Stage> {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const exchange = createExchange({ clock, seed: 3, rateLimits: false });
  const keys = await exchange.register({ startingBalance: "100000000" });
  const fates: Fate[] = [];
  const later = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms));
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const fate = init.method === "POST" ? fates.shift() : undefined;
    const { signal: _gone, ...rest } = init;
    if (typeof fate === "number") void later(fate).then(() => exchange.fetch(url, rest));
    if (fate === "never") return new Promise(() => {});
    if (fate === "lost before" || typeof fate === "number") throw brokenConnection();
    if (typeof fate === "object" && "executesAfter" in fate) await later(fate.executesAfter);
    const response = await exchange.fetch(url, rest);
    if (fate === "lost after") throw brokenConnection();
    if (typeof fate === "object" && "answersAfter" in fate) await later(fate.answersAfter);
    return response;
  };
  const make = (options: ClientOptions = {}): AgentExchangeClient =>
    new AgentExchangeClient({
      baseUrl: exchange.connection.baseUrl,
      apiKey: keys.apiKey,
      clock,
      fetch,
      rateLimit: false,
      ...options,
    });
  const lose = async (client: AgentExchangeClient, fate: Fate): Promise<OrderOutcomeUnknownError> => {
    fates.push(fate);
    const error = await failure(clock, client.placeMarketOrder(order));
    expect(error).toBeInstanceOf(OrderOutcomeUnknownError);
    return error as OrderOutcomeUnknownError;
  };
  return { clock, exchange, keys, fates, make, lose };
}

describe("reconcile() asked several times", () => {
  test("a null of a short wait is not the answer to a longer one", async () => {
    const it = await stage();
    const error = await it.lose(it.make(), 8000);
    expect(await drive(it.clock, error.reconcile({ wait: 0 }))).toBeNull();
    expect(await drive(it.clock, error.reconcile())).toMatchObject({ status: "filled" });
  });

  test("a null of a short wait does not end a longer one that is under way", async () => {
    const it = await stage();
    const error = await it.lose(it.make(), 8000);
    const long = error.reconcile();
    await it.clock.advance(100);
    expect(await drive(it.clock, error.reconcile({ wait: 0 }))).toBeNull();
    expect(await drive(it.clock, long)).toMatchObject({ status: "filled" });
  });

  test("an order that one look found is there for the other at once", async () => {
    const it = await stage();
    const error = await it.lose(it.make(), "lost after");
    const began = it.clock.elapsed();
    const found = await drive(it.clock, Promise.all([error.reconcile(), error.reconcile(), error.reconcile()]));
    expect(new Set(found.map((each) => each?.orderId)).size).toBe(1);
    expect(it.clock.elapsed() - began).toBeLessThan(1000);
  });
});

describe("reconcile(record) of a call that still runs", () => {
  test("before it was sent waits for it, and leaves its intent", async () => {
    const it = await stage();
    const kept = memoryIntents();
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const client = it.make({
      intents: {
        ...kept,
        put: async (intent) => {
          await kept.put(intent);
          await gate;
        },
      },
    });
    it.fates.push("lost after");
    const placing = failure(it.clock, client.placeMarketOrder(order));
    await it.clock.advance(20_000);
    const [record] = await kept.list();
    const reconciling = client.reconcile(record as OrderIntent, { timeout: 1e6 });
    await it.clock.advance(1000);
    release();
    const found = await drive(it.clock, reconciling);
    expect(found).toMatchObject({ status: "filled" });
    const error = (await placing) as OrderOutcomeUnknownError;
    expect((await drive(it.clock, error.reconcile()))?.orderId).toBe(found?.orderId);
    expect(await kept.list()).toEqual([]);
  });

  test.each([
    ["is answered late", { answersAfter: 20_000 }, "filled"],
    ["is lost late", 18_000, "filled"],
  ] as const)("that %s tells what became of it", async (_name, fate, status) => {
    const it = await stage();
    const kept = memoryIntents();
    const client = it.make({ intents: kept });
    it.fates.push(fate);
    const placing = client.placeMarketOrder(order).catch((error: unknown) => error);
    await it.clock.advance(10);
    const [record] = await kept.list();
    const found = await drive(
      it.clock,
      client.reconcile(record as OrderIntent, { wait: typeof fate === "number" ? 20_000 : 0 }),
    );
    expect(found?.status).toBe(status);
    await drive(it.clock, placing);
    expect(await kept.list()).toEqual([]);
  });

  test("that is refused is null", async () => {
    const it = await stage();
    const kept = memoryIntents();
    const client = it.make({ intents: kept });
    await drive(
      it.clock,
      it
        .make()
        .placeMarketOrder({ ...order, quantity: "100000" })
        .catch(() => {}),
    );
    it.fates.push({ answersAfter: 5000 });
    const placing = client.placeMarketOrder({ ...order, quantity: "100000" }).catch((error: unknown) => error);
    await it.clock.advance(10);
    const [record] = await kept.list();
    expect(await drive(it.clock, client.reconcile(record as OrderIntent))).toBeNull();
    expect(await drive(it.clock, placing)).toMatchObject({ name: "OrderRejectedError" });
  });
});

describe("an answer that cannot be read leaves the outcome unknown", () => {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const deep = (status: number, depth = 50_000): Response =>
    new Response(`{"error":{"code":"X","message":"m","details":{"a":${"[".repeat(depth)}${"]".repeat(depth)}}}}`, {
      status,
    });
  const foreign = { status: 201, headers: { get: () => null }, text: async () => "{}" } as unknown as Response;
  test.each([
    ["a nested 502", () => deep(502)],
    ["a nested 201", () => deep(201)],
    [
      "a response whose headers throw",
      () => {
        const response = answers.placed();
        Object.defineProperty(response, "headers", {
          get: () => {
            throw new Error("no headers");
          },
        });
        return response;
      },
    ],
    ["an object of another make", () => foreign],
    ["nothing", () => undefined as unknown as Response],
    ["201 without a body", () => new Response(null, { status: 201 })],
    ["204", () => new Response(null, { status: 204 })],
    ["a JSON array", () => Response.json([], { status: 201 })],
    ["null", () => Response.json(null, { status: 201 })],
    ["202", () => Response.json({}, { status: 202 })],
    ["304", () => new Response(null, { status: 304 })],
    ["302", () => new Response(null, { status: 302 })],
    ["408", () => refusal(408, "X")],
    ["499", () => refusal(499, "X")],
    ["599", () => refusal(599, "X")],
    ["status 0", () => Response.error()],
  ])("%s", async (_name, answer) => {
    const server = scripted(answer, clock);
    const client = new AgentExchangeClient({ fetch: server.fetch, clock, apiKey: "ak_live_x" });
    const error = await failure(clock, client.placeMarketOrder({ ...order, quantity: "0.02" }));
    expect(error, String(error)).toBeInstanceOf(OrderOutcomeUnknownError);
    expect(server.sent).toHaveLength(1);
  });

  test.each([400, 401, 403, 404, 405, 409, 413, 421, 425, 301, 307, 308])("%i is a refusal", async (status) => {
    const server = scripted(() => refusal(status, "X"), clock);
    const client = new AgentExchangeClient({ fetch: server.fetch, clock, apiKey: "ak_live_x" });
    const error = await failure(clock, client.placeMarketOrder({ ...order, quantity: "0.02" }));
    expect(error).not.toBeInstanceOf(OrderOutcomeUnknownError);
    expect(server.sent).toHaveLength(1);
  });
});

describe("stores", () => {
  test("a store that hangs is named as what the call waited for", async () => {
    const it = await stage();
    const hanging = (): Promise<never> => new Promise(() => {});
    const client = it.make({ intents: { put: hanging, delete: hanging, list: hanging }, timeout: 2000 });
    const error = await failure(it.clock, client.placeMarketOrder(order));
    expect((error as Error).message).toContain("while storing the intent");
    const other = it.make();
    const lost = await it.lose(other, "lost after");
    const reconciling = await failure(it.clock, client.reconcile(lost.record));
    expect((reconciling as Error).message).toContain("while reading the intents");
  });

  test.each([
    { sentAt: "2026-02-31T00:00:00Z" },
    { notBefore: "2026-02-31T00:00:00Z" },
    { notBefore: "2026-03-05 14:00:00+00" },
    { quantity: "-1" },
    { otherOrders: "x" },
  ])("a record edited to %o is refused", async (change) => {
    const it = await stage();
    const lost = await it.lose(it.make(), "lost after");
    const error = await failure(it.clock, it.make().reconcile({ ...lost.record, ...change } as unknown as OrderIntent));
    expect(error).toMatchObject({ name: "ValidationError", field: `record.${Object.keys(change)[0]}` });
  });

  test("what a store lists is checked as any record is", async () => {
    const it = await stage();
    const lost = await it.lose(it.make(), "lost after");
    for (const list of [() => [null], () => [{ ...lost.record, notBefore: "soon" }]]) {
      const intents = { put: () => {}, delete: () => {}, list } as unknown as IntentStore;
      expect(await failure(it.clock, it.make({ intents }).unresolvedOrders())).toMatchObject({
        name: "ValidationError",
      });
      expect(await failure(it.clock, it.make({ intents }).reconcile(lost.record))).toMatchObject({
        name: "ValidationError",
      });
    }
  });

  test("many equal orders at once cost about two writes each", async () => {
    const it = await stage();
    const kept = memoryIntents();
    let writes = 0;
    const put = async (intent: OrderIntent): Promise<void> => {
      writes++;
      await new Promise<void>((resolve) => void it.clock.setTimeout(resolve, 5));
      await kept.put(intent);
    };
    const client = it.make({ intents: { ...kept, put } });
    await drive(it.clock, Promise.all(Array.from({ length: 50 }, () => client.placeMarketOrder(order))));
    expect(writes).toBeLessThanOrEqual(150);
    expect(await kept.list()).toEqual([]);
  });

  test("what another client of a shared store resolved is no rival, and not unresolved", async () => {
    const it = await stage();
    const intents = memoryIntents();
    const [one, two] = [it.make({ intents }), it.make({ intents })];
    it.fates.push({ executesAfter: 1000 }, "lost after");
    const placing = one.placeMarketOrder(order);
    const different = (await failure(
      it.clock,
      two.placeMarketOrder({ ...order, quantity: "0.02" }),
    )) as OrderOutcomeUnknownError;
    expect(await drive(it.clock, different.reconcile())).toMatchObject({ status: "filled" });
    await drive(it.clock, placing);
    expect(await drive(it.clock, two.unresolvedOrders())).toEqual([]);
    const lost = await it.lose(two, "lost after");
    expect(await failure(it.clock, lost.reconcile())).toBeInstanceOf(OrderOutcomeUndecidedError);
  });
});

describe("an abort, or close(), at any point of a call", () => {
  const points = ["agent", "put", "put done", "onRequest", "fetch", "answer", "body", "onResponse", "delete"] as const;
  const ends = ["abort", "close"] as const;
  test.each(points.flatMap((point) => ends.map((end) => [point, end] as const)))("%s, %s", async (at, end) => {
    const it = await stage();
    const caller = new AbortController();
    const reason = { why: at };
    const kept = memoryIntents();
    let client: AgentExchangeClient | undefined = undefined;
    let isArmed = true;
    const reach = (point: (typeof points)[number]): void => {
      if (!isArmed || point !== at) return;
      isArmed = false;
      if (end === "abort") caller.abort(reason);
      else void client?.close();
    };
    let orders = 0;
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      if (init.method !== "POST") {
        reach("agent");
        return it.exchange.fetch(url, init);
      }
      reach("fetch");
      orders++;
      const { signal: _gone, ...rest } = init;
      const response = await it.exchange.fetch(url, rest);
      const text = await response.text();
      reach("answer");
      const body = new ReadableStream({
        pull(controller) {
          reach("body");
          controller.enqueue(new TextEncoder().encode(text));
          controller.close();
        },
      });
      return new Response(body, { status: response.status, headers: response.headers });
    };
    client = it.make({
      fetch,
      apiKey: it.keys.accountKey,
      agentId: it.keys.agentId,
      onRequest: ({ method }) => method === "POST" && reach("onRequest"),
      onResponse: ({ method }) => method === "POST" && reach("onResponse"),
      intents: {
        put: async (intent) => {
          reach("put");
          await Promise.resolve();
          await kept.put(intent);
          reach("put done");
        },
        delete: (id) => {
          reach("delete");
          return kept.delete(id);
        },
        list: () => kept.list(),
      },
    });
    const outcome = await drive(
      it.clock,
      client.placeMarketOrder(order, { signal: caller.signal }).then(
        (value) => ({ value, error: undefined }),
        (error: unknown) => ({ value: undefined, error }),
      ),
    );
    await it.clock.advance(100);
    const ids = (await drive(it.clock, it.make().listOrders())).map(({ orderId }) => orderId);
    expect(ids).toHaveLength(orders);
    const { value, error } = outcome;
    const unknown = error instanceof OrderOutcomeUnknownError ? error : undefined;
    expect(await kept.list()).toHaveLength(unknown === undefined ? 0 : 1);
    const told = unknown === undefined ? value : await drive(it.clock, unknown.reconcile());
    expect(told?.orderId).toBe(ids[0]);
    const why: unknown = unknown === undefined ? error : unknown.cause;
    const expected = end === "abort" ? reason : "CLIENT_CLOSED";
    expect([expected, undefined]).toContain(isAgentExchangeError(why) ? why.code : why);
    expect(await kept.list()).toEqual([]);
    expect(it.clock.pending).toBe(0);
  });
});

describe("idempotencyKeys", () => {
  test("a header that comes with failures only is no promise of the server", async () => {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    const answersInTurn = [
      (): Response => refusal(403, "BLOCKED", undefined, { "idempotency-replayed": "false" }),
      (): Response => {
        throw brokenConnection();
      },
    ];
    const server = scripted((_sent, index) => answersInTurn[index]?.() ?? answers.placed("0.01"), clock);
    const client = new AgentExchangeClient({
      fetch: server.fetch,
      clock,
      apiKey: "ak_live_x",
      idempotencyKeys: true,
      retry: { random: () => 0 },
    });
    await failure(clock, client.placeMarketOrder(order));
    expect(await failure(clock, client.placeMarketOrder(order))).toBeInstanceOf(OrderOutcomeUnknownError);
    expect(server.sent).toHaveLength(2);
  });
});

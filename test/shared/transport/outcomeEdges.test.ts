// Edge cases of order outcomes: different waits, calls that are still running, unusual responses and stores.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import type { OrderIntent } from "../../../src/endpoints/index.ts";
import { isAgentExchangeError } from "../../../src/errors/index.ts";
import { createExchange, virtualClock } from "../../../src/exchange/index.ts";
import {
  memoryIntents,
  OrderOutcomeUndecidedError,
  OrderOutcomeUnknownError,
  type IntentStore,
} from "../../../src/transport/index.ts";
import * as answers from "../../support/answers.ts";
import { drive, failure } from "../../support/drive.ts";
import { lossyExchange, order } from "../../support/lossyExchange.ts";
import { brokenConnection, errorResponse, scripted } from "../../support/scripted.ts";

describe("several calls of reconcile()", () => {
  test("null after a short wait does not decide a later call with a longer one", async () => {
    const it = await lossyExchange();
    const error = await it.loseOrder(it.createClient(), 8000);
    expect(await drive(it.clock, error.reconcile({ wait: 0 }))).toBeNull();
    expect(await drive(it.clock, error.reconcile())).toMatchObject({ status: "filled" });
  });

  test("null after a short wait does not end a running call with a longer one", async () => {
    const it = await lossyExchange();
    const error = await it.loseOrder(it.createClient(), 8000);
    const long = error.reconcile();
    await it.clock.advance(100);
    expect(await drive(it.clock, error.reconcile({ wait: 0 }))).toBeNull();
    expect(await drive(it.clock, long)).toMatchObject({ status: "filled" });
  });

  test("an order that one call has found is returned by the others immediately", async () => {
    const it = await lossyExchange();
    const error = await it.loseOrder(it.createClient(), "lost after");
    const startedAt = it.clock.elapsed();
    const found = await drive(it.clock, Promise.all([error.reconcile(), error.reconcile(), error.reconcile()]));
    expect(new Set(found.map((each) => each?.orderId)).size).toBe(1);
    expect(it.clock.elapsed() - startedAt).toBeLessThan(1000);
  });
});

describe("reconcile(record) during the call that placed the order", () => {
  test("waits for a call that has not sent its order, and keeps its intent", async () => {
    const it = await lossyExchange();
    const store = memoryIntents();
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const client = it.createClient({
      intents: {
        ...store,
        put: async (intent) => {
          await store.put(intent);
          await gate;
        },
      },
    });
    it.fates.push("lost after");
    const placing = failure(it.clock, client.placeMarketOrder(order));
    await it.clock.advance(20_000);
    const [record] = await store.list();
    const reconciling = client.reconcile(record as OrderIntent, { timeout: 1e6 });
    await it.clock.advance(1000);
    release();
    const found = await drive(it.clock, reconciling);
    expect(found).toMatchObject({ status: "filled" });
    const error = (await placing) as OrderOutcomeUnknownError;
    expect((await drive(it.clock, error.reconcile()))?.orderId).toBe(found?.orderId);
    expect(await store.list()).toEqual([]);
  });

  test.each([
    ["is answered late", { answersAfter: 20_000 }, "filled"],
    ["loses its connection and is executed late", 18_000, "filled"],
  ] as const)("returns the order of a call that %s", async (_name, fate, status) => {
    const it = await lossyExchange();
    const store = memoryIntents();
    const client = it.createClient({ intents: store });
    it.fates.push(fate);
    const placing = client.placeMarketOrder(order).catch((error: unknown) => error);
    await it.clock.advance(10);
    const [record] = await store.list();
    const found = await drive(
      it.clock,
      client.reconcile(record as OrderIntent, { wait: typeof fate === "number" ? 20_000 : 0 }),
    );
    expect(found?.status).toBe(status);
    await drive(it.clock, placing);
    expect(await store.list()).toEqual([]);
  });

  test("returns null for an order that is rejected", async () => {
    const it = await lossyExchange();
    const store = memoryIntents();
    const client = it.createClient({ intents: store });
    await drive(
      it.clock,
      it
        .createClient()
        .placeMarketOrder({ ...order, quantity: "100000" })
        .catch(() => {}),
    );
    it.fates.push({ answersAfter: 5000 });
    const placing = client.placeMarketOrder({ ...order, quantity: "100000" }).catch((error: unknown) => error);
    await it.clock.advance(10);
    const [record] = await store.list();
    expect(await drive(it.clock, client.reconcile(record as OrderIntent))).toBeNull();
    expect(await drive(it.clock, placing)).toMatchObject({ name: "OrderRejectedError" });
  });
});

describe("an unreadable response leaves the outcome unknown", () => {
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
    ["a response object of a custom fetch", () => foreign],
    ["undefined", () => undefined as unknown as Response],
    ["201 without a body", () => new Response(null, { status: 201 })],
    ["204", () => new Response(null, { status: 204 })],
    ["a JSON array", () => Response.json([], { status: 201 })],
    ["null", () => Response.json(null, { status: 201 })],
    ["202", () => Response.json({}, { status: 202 })],
    ["304", () => new Response(null, { status: 304 })],
    ["302", () => new Response(null, { status: 302 })],
    ["408", () => errorResponse(408, "X")],
    ["499", () => errorResponse(499, "X")],
    ["599", () => errorResponse(599, "X")],
    ["status 0", () => Response.error()],
  ])("%s", async (_name, answer) => {
    const server = scripted(answer, clock);
    const client = new AgentExchangeClient({ fetch: server.fetch, clock, apiKey: "ak_live_x" });
    const error = await failure(clock, client.placeMarketOrder({ ...order, quantity: "0.02" }));
    expect(error, String(error)).toBeInstanceOf(OrderOutcomeUnknownError);
    expect(server.sent).toHaveLength(1);
  });

  test.each([400, 401, 403, 404, 405, 409, 413, 421, 425, 301, 307, 308])(
    "status %i is a rejection",
    async (status) => {
      const server = scripted(() => errorResponse(status, "X"), clock);
      const client = new AgentExchangeClient({ fetch: server.fetch, clock, apiKey: "ak_live_x" });
      const error = await failure(clock, client.placeMarketOrder({ ...order, quantity: "0.02" }));
      expect(error).not.toBeInstanceOf(OrderOutcomeUnknownError);
      expect(server.sent).toHaveLength(1);
    },
  );
});

describe("stores", () => {
  test("a timeout names the store that hangs", async () => {
    const it = await lossyExchange();
    const hanging = (): Promise<never> => new Promise(() => {});
    const client = it.createClient({ intents: { put: hanging, delete: hanging, list: hanging }, timeout: 2000 });
    const error = await failure(it.clock, client.placeMarketOrder(order));
    expect((error as Error).message).toContain("while storing the intent");
    const other = it.createClient();
    const lost = await it.loseOrder(other, "lost after");
    const reconciling = await failure(it.clock, client.reconcile(lost.record));
    expect((reconciling as Error).message).toContain("while reading the intents");
  });

  test.each([
    { sentAt: "2026-02-31T00:00:00Z" },
    { notBefore: "2026-02-31T00:00:00Z" },
    { notBefore: "2026-03-05 14:00:00+00" },
    { quantity: "-1" },
    { otherOrders: "x" },
  ])("rejects a record with %o", async (change) => {
    const it = await lossyExchange();
    const lost = await it.loseOrder(it.createClient(), "lost after");
    const error = await failure(
      it.clock,
      it.createClient().reconcile({ ...lost.record, ...change } as unknown as OrderIntent),
    );
    expect(error).toMatchObject({ name: "ValidationError", field: `record.${Object.keys(change)[0]}` });
  });

  test("the records of a store are validated", async () => {
    const it = await lossyExchange();
    const lost = await it.loseOrder(it.createClient(), "lost after");
    for (const list of [() => [null], () => [{ ...lost.record, notBefore: "soon" }]]) {
      const intents = { put: () => {}, delete: () => {}, list } as unknown as IntentStore;
      expect(await failure(it.clock, it.createClient({ intents }).unresolvedOrders())).toMatchObject({
        name: "ValidationError",
      });
      expect(await failure(it.clock, it.createClient({ intents }).reconcile(lost.record))).toMatchObject({
        name: "ValidationError",
      });
    }
  });

  test("fifty equal orders at the same time take at most three writes each", async () => {
    const it = await lossyExchange();
    const store = memoryIntents();
    let writes = 0;
    const put = async (intent: OrderIntent): Promise<void> => {
      writes++;
      await new Promise<void>((resolve) => void it.clock.setTimeout(resolve, 5));
      await store.put(intent);
    };
    const client = it.createClient({ intents: { ...store, put } });
    await drive(it.clock, Promise.all(Array.from({ length: 50 }, () => client.placeMarketOrder(order))));
    expect(writes).toBeLessThanOrEqual(150);
    expect(await store.list()).toEqual([]);
  });

  test("an order that another client of the store has resolved is neither a candidate nor unresolved", async () => {
    const it = await lossyExchange();
    const intents = memoryIntents();
    const [one, two] = [it.createClient({ intents }), it.createClient({ intents })];
    it.fates.push({ executesAfter: 1000 }, "lost after");
    const placing = one.placeMarketOrder(order);
    const different = (await failure(
      it.clock,
      two.placeMarketOrder({ ...order, quantity: "0.02" }),
    )) as OrderOutcomeUnknownError;
    expect(await drive(it.clock, different.reconcile())).toMatchObject({ status: "filled" });
    await drive(it.clock, placing);
    expect(await drive(it.clock, two.unresolvedOrders())).toEqual([]);
    const lost = await it.loseOrder(two, "lost after");
    expect(await failure(it.clock, lost.reconcile())).toBeInstanceOf(OrderOutcomeUndecidedError);
  });
});

describe("an abort or close() at any point of a call", () => {
  const points = ["agent", "put", "put done", "onRequest", "fetch", "answer", "body", "onResponse", "delete"] as const;
  const endings = ["abort", "close"] as const;
  test.each(points.flatMap((point) => endings.map((end) => [point, end] as const)))("%s, %s", async (at, end) => {
    const it = await lossyExchange();
    const caller = new AbortController();
    const reason = { why: at };
    const store = memoryIntents();
    let client: AgentExchangeClient | undefined = undefined;
    let isPending = true;
    const reach = (point: (typeof points)[number]): void => {
      if (!isPending || point !== at) return;
      isPending = false;
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
    client = it.createClient({
      fetch,
      apiKey: it.keys.accountKey,
      agentId: it.keys.agentId,
      onRequest: ({ method }) => method === "POST" && reach("onRequest"),
      onResponse: ({ method }) => method === "POST" && reach("onResponse"),
      intents: {
        put: async (intent) => {
          reach("put");
          await Promise.resolve();
          await store.put(intent);
          reach("put done");
        },
        delete: (id) => {
          reach("delete");
          return store.delete(id);
        },
        list: () => store.list(),
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
    const ids = (await drive(it.clock, it.createClient().listOrders())).map(({ orderId }) => orderId);
    expect(ids).toHaveLength(orders);
    const { value, error } = outcome;
    const unknown = error instanceof OrderOutcomeUnknownError ? error : undefined;
    expect(await store.list()).toHaveLength(unknown === undefined ? 0 : 1);
    const found = unknown === undefined ? value : await drive(it.clock, unknown.reconcile());
    expect(found?.orderId).toBe(ids[0]);
    const cause: unknown = unknown === undefined ? error : unknown.cause;
    const expected = end === "abort" ? reason : "CLIENT_CLOSED";
    expect([expected, undefined]).toContain(isAgentExchangeError(cause) ? cause.code : cause);
    expect(await store.list()).toEqual([]);
    expect(it.clock.pending).toBe(0);
  });
});

describe("idempotencyKeys", () => {
  test("a header that comes only with errors does not show that the server honors keys", async () => {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    const responses = [
      (): Response => errorResponse(403, "BLOCKED", undefined, { "idempotency-replayed": "false" }),
      (): Response => {
        throw brokenConnection();
      },
    ];
    const server = scripted((_sent, index) => responses[index]?.() ?? answers.placed("0.01"), clock);
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

  test("an order's own key is sent, and its repetition gets the first response", async () => {
    const exchange = createExchange();
    const { apiKey } = await exchange.register();
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
    const first = await client.placeMarketOrder(order, { idempotencyKey: "caller-1" });
    const again = new AgentExchangeClient({ ...exchange.connection, apiKey });
    expect(await again.placeMarketOrder(order, { idempotencyKey: "caller-1" })).toEqual(first);
    expect(await client.placeMarketOrder(order, { idempotencyKey: "caller-2" })).not.toEqual(first);
    expect(await client.getTradeHistory()).toHaveLength(2);
  });

  test("an order without a key is not repeated, although the server honors the key of another", async () => {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    const server = scripted((sent, index) => {
      if (index === 1) throw brokenConnection();
      const response = answers.placed("0.01");
      if (sent.headers["idempotency-key"] !== undefined) response.headers.set("idempotency-replayed", "true");
      return response;
    }, clock);
    const client = new AgentExchangeClient({
      fetch: server.fetch,
      clock,
      apiKey: "ak_live_x",
      retry: { random: () => 0 },
    });
    await client.placeMarketOrder(order, { idempotencyKey: "caller-1" });
    expect(await failure(clock, client.placeMarketOrder(order))).toBeInstanceOf(OrderOutcomeUnknownError);
    expect(server.sent).toHaveLength(2);
  });

  test("only orders take a key, of 1 to 255 visible characters", async () => {
    const client = new AgentExchangeClient({ ...createExchange().connection, apiKey: "ak_live_x" });
    await expect(client.getPrice("BTCUSDT", { idempotencyKey: "a" })).rejects.toThrow(
      "idempotencyKey is only for orders",
    );
    for (const idempotencyKey of ["", "a b", "é", "x".repeat(256)])
      await expect(client.placeMarketOrder(order, { idempotencyKey })).rejects.toThrow(
        "1 to 255 visible ASCII characters",
      );
  });
});

// Intents: orders that are stored before they are sent. Idempotency keys: orders that are sent again with the same key.
import { describe, expect, test } from "vitest";
import type { OrderIntent } from "../../../src/endpoints/index.ts";
import { ValidationError } from "../../../src/errors/index.ts";
import { createExchange } from "../../../src/exchange/index.ts";
import { memoryIntents, OrderOutcomeUnknownError, webStorage, type IntentStore } from "../../../src/transport/index.ts";
import { drive, failure } from "../../support/drive.ts";
import { lossyExchange, order } from "../../support/lossyExchange.ts";

/** A `Storage` like the `localStorage` of a storage. */
function createStorage(): Storage {
  const values = new Map<string, string>();
  return {
    get length() {
      return values.size;
    },
    clear: () => values.clear(),
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

describe("an intent", () => {
  test("is stored before the request leaves, and removed when the outcome is known", async () => {
    const it = await lossyExchange();
    const store = memoryIntents();
    const events: string[] = [];
    const intents: IntentStore = {
      put: async (intent) => {
        await Promise.resolve();
        events.push(`put with ${it.sent.length} sent`);
        await store.put(intent);
      },
      delete: (id) => {
        events.push(`delete with ${it.sent.length} sent`);
        return store.delete(id);
      },
      list: () => store.list(),
    };
    const client = it.createClient({ intents });
    await drive(it.clock, client.placeMarketOrder(order));
    expect(events).toEqual(["put with 0 sent", "delete with 1 sent"]);
    const rejected = await failure(it.clock, client.placeMarketOrder({ ...order, quantity: "100000" }));
    expect(rejected).toMatchObject({ name: "OrderRejectedError" });
    expect(await store.list()).toEqual([]);
    it.fates.push("lost after");
    const error = (await failure(it.clock, client.placeMarketOrder(order))) as OrderOutcomeUnknownError;
    expect(await store.list()).toEqual([error.record]);
    expect(await drive(it.clock, error.reconcile())).not.toBeNull();
    expect(await store.list()).toEqual([]);
  });

  test("is plain JSON without secrets, and reconciles in another process, also days later", async () => {
    const it = await lossyExchange();
    for (const [fate, status] of [
      ["lost after", "filled"],
      ["lost before", undefined],
    ] as const) {
      for (const days of [0, 3]) {
        it.fates.push(fate);
        const own = { ...order, quantity: `0.01${days}${fate.length}` };
        const error = (await failure(it.clock, it.createClient().placeMarketOrder(own))) as OrderOutcomeUnknownError;
        const text = JSON.stringify(error.record);
        expect(text).not.toContain(it.keys.apiKey.slice(8));
        await it.clock.advance(days * 86_400_000);
        const record = JSON.parse(text) as OrderIntent;
        expect(record).toEqual(error.record);
        const found = await drive(it.clock, it.createClient().reconcile(record));
        expect(found?.status).toBe(status);
      }
    }
  });

  test("of a process that crashed between storing and sending reconciles to null, even with equal orders", async () => {
    const it = await lossyExchange();
    const store = memoryIntents();
    let crashes = false;
    const intents: IntentStore = {
      put: async (intent) => {
        await store.put(intent);
        if (crashes) await new Promise(() => {});
      },
      delete: (id) => store.delete(id),
      list: () => store.list(),
    };
    const client = it.createClient({ intents });
    const before = await drive(it.clock, client.placeMarketOrder(order));
    crashes = true;
    void client.placeMarketOrder(order, { timeout: 1e9 });
    await it.clock.advance(1000);
    const [left, ...others] = await drive(it.clock, it.createClient({ intents: store }).unresolvedOrders());
    expect(others).toEqual([]);
    expect(left?.record.otherOrders).toEqual([before.orderId]);
    expect(await drive(it.clock, left?.reconcile() ?? Promise.resolve(undefined))).toBeNull();
    expect(await store.list()).toEqual([]);
  });

  test("is updated with equal orders that are placed after it was stored", async () => {
    const it = await lossyExchange();
    const store = memoryIntents();
    const client = it.createClient({ intents: store });
    it.fates.push("never answered");
    void client.placeMarketOrder(order, { timeout: 1e9 });
    await it.clock.advance(100);
    const { orderId } = await drive(it.clock, client.placeMarketOrder(order));
    const [intent] = await store.list();
    expect(intent?.otherOrders).toEqual([orderId]);
    const later = it.createClient({ intents: store });
    expect(await drive(it.clock, later.reconcile(intent as OrderIntent))).toBeNull();
  });

  test("of a running call is not unresolved; one with an unknown outcome is, with and without a store", async () => {
    const it = await lossyExchange();
    for (const [quantity, options] of [
      ["0.01", { intents: memoryIntents() }],
      ["0.03", {}],
    ] as const) {
      const client = it.createClient(options);
      it.fates.push("never answered", "lost after");
      void client.placeMarketOrder({ ...order, quantity: "0.02" }, { timeout: 1e9 });
      await it.clock.advance(10);
      const error = await failure(it.clock, client.placeMarketOrder({ ...order, quantity }));
      const unresolved = await drive(it.clock, client.unresolvedOrders());
      expect(unresolved.map(({ record }) => record.id)).toEqual([(error as OrderOutcomeUnknownError).record.id]);
      expect(await drive(it.clock, unresolved[0]?.reconcile() ?? Promise.resolve(null))).not.toBeNull();
      expect(await drive(it.clock, client.unresolvedOrders())).toEqual([]);
    }
  });

  test("of a crashed process: the next process finds two of three equal orders, one by one", async () => {
    const it = await lossyExchange();
    const intents = memoryIntents();
    const client = it.createClient({ intents });
    it.fates.push("lost after", "lost before", "lost after");
    for (let count = 0; count < 3; count++) await failure(it.clock, client.placeMarketOrder(order));
    const next = it.createClient({ intents });
    const found: (string | undefined)[] = [];
    for (const unresolved of await drive(it.clock, next.unresolvedOrders()))
      found.push((await drive(it.clock, next.reconcile(unresolved)))?.orderId);
    expect(found.filter((id) => id === undefined)).toHaveLength(1);
    expect(new Set(found).size).toBe(3);
  });

  test("that cannot be stored is not sent; one that cannot be removed does not change the outcome", async () => {
    const it = await lossyExchange();
    const problem = new Error("the disk is full");
    const full: IntentStore = {
      put: () => {
        throw problem;
      },
      delete: () => {},
      list: () => [],
    };
    const error = await failure(it.clock, it.createClient({ intents: full }).placeMarketOrder(order));
    expect(error).toMatchObject({ code: "INTENT_STORE_FAILED", attempts: 0, cause: problem });
    expect(it.sent).toEqual([]);
    const store = memoryIntents();
    const sticky: IntentStore = { ...store, delete: () => Promise.reject(problem) };
    const client = it.createClient({ intents: sticky });
    const placed = await drive(it.clock, client.placeMarketOrder(order));
    const [left] = await store.list();
    expect((await drive(it.clock, client.reconcile(left as OrderIntent)))?.orderId).toBe(placed.orderId);
    expect((await drive(it.clock, it.createClient().reconcile(left as OrderIntent)))?.orderId).toBe(placed.orderId);
  });

  test("of a store that hangs ends with the call's timeout, and the order is not sent", async () => {
    const it = await lossyExchange();
    const intents: IntentStore = { put: () => new Promise(() => {}), delete: () => {}, list: () => [] };
    const error = await failure(it.clock, it.createClient({ intents }).placeMarketOrder(order, { timeout: 2000 }));
    expect(error).toMatchObject({ name: "TimeoutError", attempts: 0 });
    expect(it.sent).toEqual([]);
  });

  test("of another API key is rejected, unless the client can act for the agent it names", async () => {
    const it = await lossyExchange();
    it.fates.push("lost after");
    const error = (await failure(it.clock, it.createClient().placeMarketOrder(order))) as OrderOutcomeUnknownError;
    const stranger = await it.exchange.register();
    const other = it.createClient({ apiKey: stranger.apiKey });
    expect(await failure(it.clock, other.reconcile(error.record))).toBeInstanceOf(ValidationError);
    const account = it.createClient({ apiKey: it.keys.accountKey });
    it.fates.push("lost after");
    const named = (await failure(
      it.clock,
      account.placeMarketOrder({ ...order, quantity: "0.03" }, { agentId: it.keys.agentId }),
    )) as OrderOutcomeUnknownError;
    expect(await drive(it.clock, it.createClient().reconcile(named.record))).toMatchObject({ status: "filled" });
  });

  test("of another API key in a shared store is left to a client with that key", async () => {
    const it = await lossyExchange();
    const intents = memoryIntents();
    it.fates.push("lost after");
    await failure(it.clock, it.createClient({ intents }).placeMarketOrder(order));
    const { apiKey } = await it.exchange.register();
    expect(await drive(it.clock, it.createClient({ intents, apiKey }).unresolvedOrders())).toEqual([]);
    expect(await drive(it.clock, it.createClient({ intents }).unresolvedOrders())).toHaveLength(1);
  });

  test.each([null, {}, "text", { version: 2 }])("rejects %o as a record", async (record) => {
    const it = await lossyExchange();
    const error = await failure(it.clock, it.createClient().reconcile(record as unknown as OrderIntent));
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as ValidationError).field).toMatch(/^record/);
  });

  test("can be stored in a page's storage, next to other entries", async () => {
    const it = await lossyExchange();
    const storage = createStorage();
    storage.setItem("theme", "dark");
    const client = it.createClient({ intents: webStorage(storage) });
    it.fates.push("lost after");
    await failure(it.clock, client.placeMarketOrder(order));
    expect(storage.length).toBe(2);
    const [left] = await drive(it.clock, it.createClient({ intents: webStorage(storage) }).unresolvedOrders());
    expect(await drive(it.clock, left?.reconcile() ?? Promise.resolve(null))).toMatchObject({ status: "filled" });
    expect(storage.length).toBe(1);
  });

  test.each([[{}], [{ put: () => {}, list: () => [] }]])("rejects %o as a store", async (intents) => {
    const it = await lossyExchange();
    expect(() => it.createClient({ intents: intents as unknown as IntentStore })).toThrow(ValidationError);
  });
});

describe("idempotencyKeys", () => {
  test.each(["declared", "observed"] as const)(
    "are sent only with the option, one per order (%s)",
    async (fidelity) => {
      const it = await lossyExchange(fidelity);
      await drive(it.clock, it.createClient().placeMarketOrder(order));
      const client = it.createClient({ idempotencyKeys: true });
      await drive(it.clock, client.placeMarketOrder(order));
      await drive(it.clock, client.placeMarketOrder(order));
      const keys = it.sent.map(({ headers }) => headers.get("idempotency-key"));
      expect(keys[0]).toBeNull();
      expect(new Set(keys).size).toBe(3);
      expect(await it.orderIds()).toHaveLength(3);
    },
  );

  test("recover a lost response of a server that has shown that it honors them", async () => {
    const it = await lossyExchange();
    const client = it.createClient({ idempotencyKeys: true });
    const first = await drive(it.clock, client.placeMarketOrder(order));
    for (const fate of ["lost after", "lost before"] as const) {
      it.fates.push(fate, fate);
      const recovered = await drive(it.clock, client.placeMarketOrder(order));
      expect(recovered.orderId).not.toBe(first.orderId);
    }
    expect(await it.orderIds()).toHaveLength(3);
    expect(it.sent).toHaveLength(7);
    expect(new Set(it.sent.map(({ headers }) => headers.get("idempotency-key"))).size).toBe(3);
  });

  test("repeat no order before the server has shown that it honors them, and none on the platform", async () => {
    const it = await lossyExchange();
    it.fates.push("lost after");
    const fresh = it.createClient({ idempotencyKeys: true });
    expect(await failure(it.clock, fresh.placeMarketOrder(order))).toBeInstanceOf(OrderOutcomeUnknownError);
    expect(it.sent).toHaveLength(1);
    const platform = await lossyExchange("observed");
    const client = platform.createClient({ idempotencyKeys: true });
    await drive(platform.clock, client.placeMarketOrder(order));
    platform.fates.push("lost after");
    expect(await failure(platform.clock, client.placeMarketOrder(order))).toBeInstanceOf(OrderOutcomeUnknownError);
    expect(platform.sent).toHaveLength(2);
    expect(await platform.orderIds()).toHaveLength(2);
  });

  test("leave the outcome unknown if all attempts fail, and it reconciles", async () => {
    const it = await lossyExchange();
    const client = it.createClient({ idempotencyKeys: true });
    await drive(it.clock, client.placeMarketOrder(order));
    it.fates.push("lost after", "lost before", "lost before");
    const error = await failure(it.clock, client.placeMarketOrder(order));
    expect(error).toBeInstanceOf(OrderOutcomeUnknownError);
    expect(error).toMatchObject({ attempts: 3 });
    expect(await drive(it.clock, (error as OrderOutcomeUnknownError).reconcile())).not.toBeNull();
    expect(await it.orderIds()).toHaveLength(2);
  });

  test("make a rejection after a lost response final only if it is the replayed response", async () => {
    const it = await lossyExchange();
    const client = it.createClient({ idempotencyKeys: true });
    await drive(it.clock, client.placeMarketOrder(order));
    // Rejected at first, and then by the replayed response.
    it.fates.push("lost after");
    const rejected = await failure(it.clock, client.placeMarketOrder({ ...order, quantity: "100000" }));
    expect(rejected).toMatchObject({ name: "OrderRejectedError", attempts: 2 });
  });

  test("replay the first response after a restart of the exchange", async () => {
    const it = await lossyExchange();
    const client = it.createClient({ idempotencyKeys: true });
    await drive(it.clock, client.placeMarketOrder(order));
    it.fates.push("lost after");
    const placed = await drive(it.clock, client.placeMarketOrder(order));
    it.exchange.close();
    const again = createExchange({ clock: it.clock, seed: 3, rateLimits: false, store: it.store });
    const request = it.sent.at(-1) as Request;
    const response = await again.fetch(request.url, {
      method: "POST",
      headers: request.headers,
      body: await request.clone().text(),
    });
    expect(response.headers.get("idempotency-replayed")).toBe("true");
    expect(((await response.json()) as { order_id: string }).order_id).toBe(placed.orderId);
  });
});

describe("invalid records and stores", () => {
  test("an invalid record is reported with the names of its invalid fields", async () => {
    const it = await lossyExchange();
    const { clock } = it;
    const client = it.createClient();
    expect(((await failure(clock, client.reconcile({ version: 1 } as never))) as Error).message).toBe(
      "reconcile: record.id is missing or invalid, and so are symbol, side, type, quantity, price, agentId, key, sentAt, notBefore, otherOrders; pass error.record or a record of your IntentStore.",
    );
    expect(((await failure(clock, client.reconcile(undefined as never))) as Error).message).toBe(
      "reconcile: record is not an OrderIntent; pass error.record or a record of your IntentStore.",
    );
  });

  test("a changed record does not resolve to the original's order", async () => {
    const it = await lossyExchange();
    const { clock, fates } = it;
    const client = it.createClient();
    fates.push("lost after");
    const lost = await failure(clock, client.placeMarketOrder(order));
    const { record } = lost as OrderOutcomeUnknownError;
    expect((await drive(clock, client.reconcile(record)))?.status).toBe("filled");
    for (const change of [{ quantity: "0.02" }, { side: "sell" }, { symbol: "ETHUSDT" }] as const)
      expect(((await failure(clock, client.reconcile({ ...record, ...change }))) as Error).message).toContain(
        "record was changed",
      );
    expect((await drive(clock, client.reconcile({ ...record, quantity: "0.0100" })))?.status).toBe("filled");
  });

  test("webStorage without a Storage throws immediately", () => {
    expect(() => webStorage(undefined as never)).toThrow("webStorage: storage must be a Storage");
  });
});

// Orders that are written down before they are sent, and keys that let a lost answer heal.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import type { OrderIntent } from "../../../src/endpoints/index.ts";
import { ValidationError } from "../../../src/errors/index.ts";
import { createExchange, virtualClock, type Exchange, type VirtualClock } from "../../../src/exchange/index.ts";
import {
  memoryIntents,
  OrderOutcomeUnknownError,
  webStorage,
  type ClientOptions,
  type IntentStore,
} from "../../../src/transport/index.ts";
import { drive, failure } from "../../support/drive.ts";
import { memoryStore, type MemoryStore } from "../../support/memoryStore.ts";
import { brokenConnection } from "../../support/scripted.ts";

const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" } as const;

interface Stage {
  readonly clock: VirtualClock;
  readonly exchange: Exchange;
  readonly store: MemoryStore;
  readonly keys: { readonly apiKey: string; readonly accountKey: string; readonly agentId: string };
  /** What happens to the next orders; then all is well. */
  readonly fates: ("lost before" | "lost after" | "never")[];
  readonly sent: Request[];
  make(options?: ClientOptions): AgentExchangeClient;
  placed(): Promise<readonly string[]>;
}

async function stage(fidelity: "declared" | "observed" = "declared"): Promise<Stage> {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const store = memoryStore();
  const exchange = createExchange({ clock, seed: 3, rateLimits: false, fidelity, store });
  const keys = await exchange.register({ startingBalance: "1000000" });
  const fates: Stage["fates"] = [];
  const sent: Request[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const isOrder = init.method === "POST";
    if (isOrder) sent.push(new Request(url, init));
    const fate = isOrder ? fates.shift() : undefined;
    if (fate === "never") return new Promise(() => {});
    if (fate === "lost before") throw brokenConnection();
    const response = await exchange.fetch(url, init);
    if (fate === "lost after") throw brokenConnection();
    return response;
  };
  const make = (options: ClientOptions = {}): AgentExchangeClient =>
    new AgentExchangeClient({
      baseUrl: exchange.connection.baseUrl,
      apiKey: keys.apiKey,
      clock,
      fetch,
      retry: { random: () => 0.5 },
      ...options,
    });
  const placed = async (): Promise<readonly string[]> =>
    (await drive(clock, make().listOrders())).map(({ orderId }) => orderId);
  return { clock, exchange, store, keys, fates, sent, make, placed };
}

/** A `Storage` as pages have it. */
function storage(): Storage {
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
    const it = await stage();
    const kept = memoryIntents();
    const story: string[] = [];
    const intents: IntentStore = {
      put: async (intent) => {
        await Promise.resolve();
        story.push(`put with ${it.sent.length} sent`);
        await kept.put(intent);
      },
      delete: (id) => {
        story.push(`delete with ${it.sent.length} sent`);
        return kept.delete(id);
      },
      list: () => kept.list(),
    };
    const client = it.make({ intents });
    await drive(it.clock, client.placeMarketOrder(order));
    expect(story).toEqual(["put with 0 sent", "delete with 1 sent"]);
    const rejected = await failure(it.clock, client.placeMarketOrder({ ...order, quantity: "100000" }));
    expect(rejected).toMatchObject({ name: "OrderRejectedError" });
    expect(await kept.list()).toEqual([]);
    it.fates.push("lost after");
    const error = (await failure(it.clock, client.placeMarketOrder(order))) as OrderOutcomeUnknownError;
    expect(await kept.list()).toEqual([error.record]);
    expect(await drive(it.clock, error.reconcile())).not.toBeNull();
    expect(await kept.list()).toEqual([]);
  });

  test("is plain JSON without a secret, and reconciles in another process, on another day", async () => {
    const it = await stage();
    for (const [fate, status] of [
      ["lost after", "filled"],
      ["lost before", undefined],
    ] as const) {
      for (const days of [0, 3]) {
        it.fates.push(fate);
        const own = { ...order, quantity: `0.01${days}${fate.length}` };
        const error = (await failure(it.clock, it.make().placeMarketOrder(own))) as OrderOutcomeUnknownError;
        const text = JSON.stringify(error.record);
        expect(text).not.toContain(it.keys.apiKey.slice(8));
        await it.clock.advance(days * 86_400_000);
        const record = JSON.parse(text) as OrderIntent;
        expect(record).toEqual(error.record);
        const found = await drive(it.clock, it.make().reconcile(record));
        expect(found?.status).toBe(status);
      }
    }
  });

  test("of a process that ended between writing and sending reconciles to null, beside equal orders", async () => {
    const it = await stage();
    const kept = memoryIntents();
    let dies = false;
    const intents: IntentStore = {
      put: async (intent) => {
        await kept.put(intent);
        if (dies) await new Promise(() => {});
      },
      delete: (id) => kept.delete(id),
      list: () => kept.list(),
    };
    const client = it.make({ intents });
    const before = await drive(it.clock, client.placeMarketOrder(order));
    dies = true;
    void client.placeMarketOrder(order, { timeout: 1e9 });
    await it.clock.advance(1000);
    const [left, ...others] = await drive(it.clock, it.make({ intents: kept }).unresolvedOrders());
    expect(others).toEqual([]);
    expect(left?.record.otherOrders).toEqual([before.orderId]);
    expect(await drive(it.clock, left?.reconcile() ?? Promise.resolve(undefined))).toBeNull();
    expect(await kept.list()).toEqual([]);
  });

  test("learns of equal orders that are answered after it was written", async () => {
    const it = await stage();
    const kept = memoryIntents();
    const client = it.make({ intents: kept });
    it.fates.push("never");
    void client.placeMarketOrder(order, { timeout: 1e9 });
    await it.clock.advance(100);
    const { orderId } = await drive(it.clock, client.placeMarketOrder(order));
    const [intent] = await kept.list();
    expect(intent?.otherOrders).toEqual([orderId]);
    const later = it.make({ intents: kept });
    expect(await drive(it.clock, later.reconcile(intent as OrderIntent))).toBeNull();
  });

  test("of a call that is under way is not unresolved; those of this client are, with a store or without", async () => {
    const it = await stage();
    for (const [quantity, options] of [
      ["0.01", { intents: memoryIntents() }],
      ["0.03", {}],
    ] as const) {
      const client = it.make(options);
      it.fates.push("never", "lost after");
      void client.placeMarketOrder({ ...order, quantity: "0.02" }, { timeout: 1e9 });
      await it.clock.advance(10);
      const error = await failure(it.clock, client.placeMarketOrder({ ...order, quantity }));
      const unresolved = await drive(it.clock, client.unresolvedOrders());
      expect(unresolved.map(({ record }) => record.id)).toEqual([(error as OrderOutcomeUnknownError).record.id]);
      expect(await drive(it.clock, unresolved[0]?.reconcile() ?? Promise.resolve(null))).not.toBeNull();
      expect(await drive(it.clock, client.unresolvedOrders())).toEqual([]);
    }
  });

  test("two of three equal orders of a process that ended are found by the next, one by one", async () => {
    const it = await stage();
    const intents = memoryIntents();
    const client = it.make({ intents });
    it.fates.push("lost after", "lost before", "lost after");
    for (let count = 0; count < 3; count++) await failure(it.clock, client.placeMarketOrder(order));
    const next = it.make({ intents });
    const found: (string | undefined)[] = [];
    for (const unresolved of await drive(it.clock, next.unresolvedOrders()))
      found.push((await drive(it.clock, next.reconcile(unresolved)))?.orderId);
    expect(found.filter((id) => id === undefined)).toHaveLength(1);
    expect(new Set(found).size).toBe(3);
  });

  test("that cannot be stored is not sent; one that cannot be removed is an order all the same", async () => {
    const it = await stage();
    const problem = new Error("the disk is full");
    const full: IntentStore = {
      put: () => {
        throw problem;
      },
      delete: () => {},
      list: () => [],
    };
    const error = await failure(it.clock, it.make({ intents: full }).placeMarketOrder(order));
    expect(error).toMatchObject({ code: "INTENT_STORE_FAILED", attempts: 0, cause: problem });
    expect(it.sent).toEqual([]);
    const kept = memoryIntents();
    const sticky: IntentStore = { ...kept, delete: () => Promise.reject(problem) };
    const client = it.make({ intents: sticky });
    const placed = await drive(it.clock, client.placeMarketOrder(order));
    const [left] = await kept.list();
    expect((await drive(it.clock, client.reconcile(left as OrderIntent)))?.orderId).toBe(placed.orderId);
    expect((await drive(it.clock, it.make().reconcile(left as OrderIntent)))?.orderId).toBe(placed.orderId);
  });

  test("a store that hangs ends with the call's time, and nothing is sent", async () => {
    const it = await stage();
    const intents: IntentStore = { put: () => new Promise(() => {}), delete: () => {}, list: () => [] };
    const error = await failure(it.clock, it.make({ intents }).placeMarketOrder(order, { timeout: 2000 }));
    expect(error).toMatchObject({ name: "TimeoutError", attempts: 0 });
    expect(it.sent).toEqual([]);
  });

  test("of another key is refused, unless the client can act for the agent it names", async () => {
    const it = await stage();
    it.fates.push("lost after");
    const error = (await failure(it.clock, it.make().placeMarketOrder(order))) as OrderOutcomeUnknownError;
    const stranger = await it.exchange.register();
    const other = it.make({ apiKey: stranger.apiKey });
    expect(await failure(it.clock, other.reconcile(error.record))).toBeInstanceOf(ValidationError);
    const account = it.make({ apiKey: it.keys.accountKey });
    it.fates.push("lost after");
    const named = (await failure(
      it.clock,
      account.placeMarketOrder({ ...order, quantity: "0.03" }, { agentId: it.keys.agentId }),
    )) as OrderOutcomeUnknownError;
    expect(await drive(it.clock, it.make().reconcile(named.record))).toMatchObject({ status: "filled" });
  });

  test("of another key in a shared store is left to a client with that key", async () => {
    const it = await stage();
    const intents = memoryIntents();
    it.fates.push("lost after");
    await failure(it.clock, it.make({ intents }).placeMarketOrder(order));
    const { apiKey } = await it.exchange.register();
    expect(await drive(it.clock, it.make({ intents, apiKey }).unresolvedOrders())).toEqual([]);
    expect(await drive(it.clock, it.make({ intents }).unresolvedOrders())).toHaveLength(1);
  });

  test.each([null, {}, "text", { version: 2 }])("what is no record, %o, is refused", async (record) => {
    const it = await stage();
    const error = await failure(it.clock, it.make().reconcile(record as unknown as OrderIntent));
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as ValidationError).field).toMatch(/^record/);
  });

  test("lives in a page's storage, beside what others keep there", async () => {
    const it = await stage();
    const page = storage();
    page.setItem("theme", "dark");
    const client = it.make({ intents: webStorage(page) });
    it.fates.push("lost after");
    await failure(it.clock, client.placeMarketOrder(order));
    expect(page.length).toBe(2);
    const [left] = await drive(it.clock, it.make({ intents: webStorage(page) }).unresolvedOrders());
    expect(await drive(it.clock, left?.reconcile() ?? Promise.resolve(null))).toMatchObject({ status: "filled" });
    expect(page.length).toBe(1);
  });

  test.each([[{}], [{ put: () => {}, list: () => [] }]])("%o is no store", async (intents) => {
    const it = await stage();
    expect(() => it.make({ intents: intents as unknown as IntentStore })).toThrow(ValidationError);
  });
});

describe("idempotencyKeys", () => {
  test.each(["declared", "observed"] as const)(
    "are sent only when asked for, one for each order (%s)",
    async (fidelity) => {
      const it = await stage(fidelity);
      await drive(it.clock, it.make().placeMarketOrder(order));
      const client = it.make({ idempotencyKeys: true });
      await drive(it.clock, client.placeMarketOrder(order));
      await drive(it.clock, client.placeMarketOrder(order));
      const keys = it.sent.map(({ headers }) => headers.get("idempotency-key"));
      expect(keys[0]).toBeNull();
      expect(new Set(keys).size).toBe(3);
      expect(await it.placed()).toHaveLength(3);
    },
  );

  test("a lost answer heals towards a server that has shown that it honours them", async () => {
    const it = await stage();
    const client = it.make({ idempotencyKeys: true });
    const first = await drive(it.clock, client.placeMarketOrder(order));
    for (const fate of ["lost after", "lost before"] as const) {
      it.fates.push(fate, fate);
      const healed = await drive(it.clock, client.placeMarketOrder(order));
      expect(healed.orderId).not.toBe(first.orderId);
    }
    expect(await it.placed()).toHaveLength(3);
    expect(it.sent).toHaveLength(7);
    expect(new Set(it.sent.map(({ headers }) => headers.get("idempotency-key"))).size).toBe(3);
  });

  test("nothing is repeated before the server has shown it, nor towards the platform", async () => {
    const it = await stage();
    it.fates.push("lost after");
    const fresh = it.make({ idempotencyKeys: true });
    expect(await failure(it.clock, fresh.placeMarketOrder(order))).toBeInstanceOf(OrderOutcomeUnknownError);
    expect(it.sent).toHaveLength(1);
    const platform = await stage("observed");
    const client = platform.make({ idempotencyKeys: true });
    await drive(platform.clock, client.placeMarketOrder(order));
    platform.fates.push("lost after");
    expect(await failure(platform.clock, client.placeMarketOrder(order))).toBeInstanceOf(OrderOutcomeUnknownError);
    expect(platform.sent).toHaveLength(2);
    expect(await platform.placed()).toHaveLength(2);
  });

  test("when repeats end without an answer the outcome is unknown, and reconciles", async () => {
    const it = await stage();
    const client = it.make({ idempotencyKeys: true });
    await drive(it.clock, client.placeMarketOrder(order));
    it.fates.push("lost after", "lost before", "lost before");
    const error = await failure(it.clock, client.placeMarketOrder(order));
    expect(error).toBeInstanceOf(OrderOutcomeUnknownError);
    expect(error).toMatchObject({ attempts: 3 });
    expect(await drive(it.clock, (error as OrderOutcomeUnknownError).reconcile())).not.toBeNull();
    expect(await it.placed()).toHaveLength(2);
  });

  test("a refusal after a lost answer is final only if it is the answer to the key", async () => {
    const it = await stage();
    const client = it.make({ idempotencyKeys: true });
    await drive(it.clock, client.placeMarketOrder(order));
    // Refused the first time, and again by the kept answer.
    it.fates.push("lost after");
    const refused = await failure(it.clock, client.placeMarketOrder({ ...order, quantity: "100000" }));
    expect(refused).toMatchObject({ name: "OrderRejectedError", attempts: 2 });
  });

  test("the first answer comes across a restart of the exchange", async () => {
    const it = await stage();
    const client = it.make({ idempotencyKeys: true });
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

describe("what is no record, and no store", () => {
  test("a wrong record is told once, with the names of what is wrong", async () => {
    const scene = await stage();
    const { clock } = scene;
    const client = scene.make();
    expect(((await failure(clock, client.reconcile({ version: 1 } as never))) as Error).message).toBe(
      "reconcile: record.id is missing or invalid, and so are symbol, side, type, quantity, price, agentId, key, sentAt, notBefore, otherOrders; pass error.record or a record of your IntentStore.",
    );
    expect(((await failure(clock, client.reconcile(undefined as never))) as Error).message).toBe(
      "reconcile: record is not an OrderIntent; pass error.record or a record of your IntentStore.",
    );
  });

  test("a record that was changed is not answered with the order of the one that it was", async () => {
    const scene = await stage();
    const { clock, fates } = scene;
    const client = scene.make();
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

  test("webStorage without a Storage is refused at once", () => {
    expect(() => webStorage(undefined as never)).toThrow("webStorage: storage must be a Storage");
  });
});

import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  createExchange,
  manualMarket,
  randomWalkMarket,
  replayMarket,
  StoreError,
  virtualClock,
  type Exchange,
  type ExchangeStore,
  type Fidelity,
} from "../../../src/exchange/index.ts";
import { memoryStore, type MemoryStore } from "../../support/memoryStore.ts";
import { cases } from "../../support/runtime.ts";
import { Actor, deeds, digestOf, PAIRS } from "./scenes.ts";
import { send, START, trader } from "./trader.ts";

// A failed delivery is retried after a restart, so here all deliveries succeed.
const reached = (): Promise<Response> => Promise.resolve(new Response(null));
const unreachable = (): Promise<Response> => Promise.reject(new TypeError("nobody listens"));

function open(store: MemoryStore | undefined, fidelity: Fidelity, moving: boolean, webhookFetch = reached): Exchange {
  return createExchange({
    store,
    fidelity,
    seed: 7,
    // Both runs must produce the same values, password salts included.
    insecureKeys: store === undefined,
    clock: virtualClock(START),
    rateLimits: false,
    market: moving ? randomWalkMarket({ seed: 7 }) : manualMarket(PAIRS),
    webhookFetch,
  });
}

describe.each([
  ["declared", false],
  ["declared", true],
  ["observed", false],
  ["observed", true],
] as const)("any activity (%s, moving market: %s)", (fidelity, moving) => {
  it("replaying the journal gives the same state and the same future", async () => {
    await fc.assert(
      fc.asyncProperty(deeds, deeds, async (past, future) => {
        const store = memoryStore();
        const exchange = open(store, fidelity, moving);
        const actor = new Actor(exchange);
        await actor.register();
        await actor.register();
        for (const deed of past) await actor.do(deed);
        // The second exchange starts from a copy of the journal.
        const copy = copyStore(store);
        const again = open(copy, fidelity, moving);
        const twin = actor.on(again);
        const missing = exchange.connection.clock.now() - again.connection.clock.now();
        expect(missing).toBeGreaterThanOrEqual(0);
        // Even advance(0) would send deliveries that are due.
        if (missing > 0) await again.advance(missing);
        expect(await digestOf(again, twin)).toBe(await digestOf(exchange, actor));
        for (const deed of future.slice(0, 10)) {
          await actor.do(deed);
          await twin.do(deed);
        }
        expect(await digestOf(again, twin)).toBe(await digestOf(exchange, actor));
        expect(copy.entries).toEqual(store.entries);
      }),
      { seed: 20260107, numRuns: cases(60, 4) },
    );
  });

  it("the same requests give the same journal", async () => {
    await fc.assert(
      fc.asyncProperty(deeds, async (list) => {
        const journals = [];
        for (let run = 0; run < 2; run++) {
          const exchange = open(undefined, fidelity, moving);
          const actor = new Actor(exchange);
          await actor.register();
          for (const deed of list) await actor.do(deed);
          journals.push(JSON.stringify([...exchange.journal]));
        }
        expect(journals[1]).toBe(journals[0]);
      }),
      { seed: 20260108, numRuns: cases(10, 2) },
    );
  });
});

/** A copy of a store, so that both can continue. */
function copyStore({ origin, entries }: MemoryStore): MemoryStore {
  const copy = memoryStore();
  copy.origin = origin;
  copy.entries = [...entries];
  return copy;
}

test("a restart continues at the same time and keeps logins, passwords and the state of webhooks", async () => {
  const store = memoryStore();
  const first = open(store, "declared", false, unreachable);
  const bot = await trader(first);
  const body = { display_name: "Wren", email: "wren@example.com", password: "correct horse" };
  await send(first, "POST", "/api/v1/auth/register", body);
  const { json } = await send(first, "POST", "/api/v1/auth/login", {
    api_key: bot.accountKey,
    api_secret: bot.apiSecret,
  });
  const hook = { url: "https://hooks.example.com/x", events: ["backtest.completed"] };
  const { json: made } = await bot.send("POST", "/webhooks", hook);
  const { id } = made as unknown as { readonly id: string };
  await bot.send("POST", `/webhooks/${id}/test`);
  await first.advance(200_000);
  first.close();

  const second = open(store, "declared", false);
  expect(second.connection.clock.now()).toBeGreaterThan(new Date(START).getTime());
  const info = await send(second, "GET", "/api/v1/account/info", undefined, { authorization: `Bearer ${json.token}` });
  expect(info.status).toBe(200);
  const login = { email: "wren@example.com", password: "correct horse" };
  expect((await send(second, "POST", "/api/v1/auth/user-login", login)).status).toBe(200);
  expect((await send(second, "POST", "/api/v1/auth/user-login", { ...login, password: "wrong horse" })).status).toBe(
    401,
  );
  const digest = /pbkdf2-sha256[$0-9a-f]+/.exec(store.entries.join("\n"))?.[0] ?? "";
  expect(digest).not.toBe("");
  expect(
    (await send(second, "POST", "/api/v1/auth/user-login", { ...login, password: digest.slice(0, 72) })).status,
  ).toBe(401);
  const shown = await send(second, "GET", `/api/v1/webhooks/${id}`, undefined, { "x-api-key": bot.apiKey });
  expect(shown.json).toMatchObject({ failure_count: 1 });
});

test("a request that could not be persisted gets no response, nor does any later one", async () => {
  const store = memoryStore();
  let isFull = false;
  const failing: ExchangeStore = {
    open() {
      const opened = store.open();
      return {
        origin: undefined,
        begin: (origin) => opened.begin(origin),
        get length() {
          return opened.length;
        },
        read: (index) => opened.read(index),
        append: (entry) => opened.append(entry),
        commit: () => (isFull ? Promise.reject(new StoreError("the disk is full")) : undefined),
        close: () => opened.close(),
      };
    },
  };
  const exchange = createExchange({ store: failing, clock: virtualClock(START), market: manualMarket(PAIRS) });
  const bot = await trader(exchange);
  isFull = true;
  const order = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.01" };
  await expect(bot.order(order)).rejects.toThrow("the disk is full");
  await expect(bot.get("/account/balance")).rejects.toThrow("the disk is full");
  await expect(exchange.register()).rejects.toThrow("the disk is full");
});

test("a rejected request changes nothing", async () => {
  const store = memoryStore();
  const exchange = open(store, "declared", false);
  const bot = await trader(exchange);
  const { length } = store.entries;
  const refused = [
    await bot.order({ symbol: "BTCUSDT", side: "buy", type: "market", quantity: "1000" }),
    await bot.order({ symbol: "BTCUSDT", side: "sell", type: "limit", quantity: "1", price: "1" }),
    await bot.order({ symbol: "NONEUSDT", side: "buy", type: "market", quantity: "1" }),
    await bot.order({ symbol: "BTCUSDT", side: "buy", type: "market", quantity: "1e-30" }),
    await bot.send("POST", "/agents", { display_name: "" }),
    await bot.send("POST", "/agents", { display_name: "a", risk_profile: { max_open_orders: -1 } }),
    await bot.send("POST", "/account/reset", { confirm: false }),
    await bot.send("POST", "/webhooks", { url: "http://127.0.0.1/", events: ["backtest.completed"] }),
    await bot.send("POST", "/auth/register", { display_name: "a", starting_balance: "-1" }),
    await bot.send("POST", "/auth/login", { api_key: bot.accountKey, api_secret: "wrong" }),
    await bot.send("POST", "/backtest/create", {
      start_time: "2030-01-01T00:00:00Z",
      end_time: "2029-01-01T00:00:00Z",
    }),
  ];
  for (const { status } of refused) expect(status).toBeGreaterThanOrEqual(400);
  expect(store.entries).toHaveLength(length);
  // No random numbers were drawn either: the next id is the expected one.
  const other = open(undefined, "declared", false);
  const twin = await trader(other);
  const order = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.01" };
  expect((await bot.order(order)).json.order_id).toBe((await twin.order(order)).json.order_id);
});

describe("a store of another exchange", () => {
  async function createUsedStore(): Promise<MemoryStore> {
    const store = memoryStore();
    const bot = await trader(open(store, "declared", false));
    await bot.order({ symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.01" });
    return store;
  }
  const clock = virtualClock(START);
  const market = manualMarket(PAIRS);

  it("is rejected if seed, fidelity or market differ", async () => {
    const store = await createUsedStore();
    expect(() => createExchange({ store, clock, seed: 8, market })).toThrow("with seed 7, not 8");
    expect(() => createExchange({ store, clock, fidelity: "observed", market })).toThrow(
      "with fidelity declared, not observed",
    );
    expect(() => createExchange({ store, clock })).toThrow(/with market manual .*, not random walk 7/);
    const dearer = manualMarket({ ...PAIRS, BTCUSDT: { price: "50001", volume: "18000" } });
    expect(() => createExchange({ store, clock, market: dearer })).toThrow(StoreError);
    const candle = { time: START, open: "1", high: "1", low: "1", close: "1", volume: "1" };
    expect(() => createExchange({ store, clock, market: replayMarket({ BTCUSDT: [candle] }) })).toThrow(StoreError);
  });

  it("supplies seed and fidelity", async () => {
    const store = await createUsedStore();
    expect(createExchange({ store, clock, market }).journal).toHaveLength(3);
  });

  it("is rejected if replaying gives another fill than the recorded one", async () => {
    const store = await createUsedStore();
    const text = store.entries.pop() ?? "";
    store.entries.push(text.replace(/"price":"[^"]+"/, '"price":"50000.00000000"'));
    expect(() => open(store, "declared", false)).toThrow(/Replay differs from the journal at entry 2/);
  });

  it("is rejected if its format is newer", async () => {
    const store = await createUsedStore();
    store.origin = (store.origin ?? "").replace('"format":2', '"format":3');
    expect(() => open(store, "declared", false)).toThrow("has format 3, but this version only reads formats up to 2");
  });
});

// One budget per account in a Durable Object. The time of day is the test's, so that no window ends while it runs.
import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { AgentExchangeClient, sharedLimiter, type LeaseRequest } from "agentexchange";
import { exchangeConnection, type LimiterObject } from "agentexchange/workers";
import { createExchange } from "agentexchange/exchange";
import worker from "../../examples/workers/shared-limiter.ts";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const start = Date.UTC(2026, 10, 27, 12, 0, 10);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: start });
});
afterEach(() => {
  vi.useRealTimers();
});

const limiterOf = (name: string): DurableObjectStub<LimiterObject> => env.LIMITER.getByName(name);

function ask(holder: string, more: Partial<LeaseRequest> = {}): LeaseRequest {
  const base = { holder, tier: "orders", rank: 1, needed: 1, slots: 1, waited: 0, patience: 0, reports: [] } as const;
  return { ...base, ahead: [0, 0], ...more };
}

test("admits exactly the free slots of 1 000 clients at once", async () => {
  const limiter = limiterOf("thousand");
  const replies = await Promise.all(Array.from({ length: 1000 }, (_, index) => limiter.lease(ask(`agent ${index}`))));
  expect(replies.filter(({ slots }) => slots === 1)).toHaveLength(90);
  const cancels = await Promise.all(
    Array.from({ length: 50 }, (_, index) => limiter.lease(ask(`agent ${index}`, { rank: 0 }))),
  );
  expect(cancels.filter(({ slots }) => slots === 1)).toHaveLength(10);
});

test("knows after eviction what it gave out, and forgets it when the window ends", async () => {
  const limiter = limiterOf("evicted");
  const granted = await Promise.all([1, 2, 3].map((n) => limiter.lease(ask(`a ${n}`, { needed: 20, slots: 20 }))));
  expect(granted.map(({ slots }) => slots)).toEqual([20, 20, 20]);
  await evictDurableObject(limiter);
  const { slots } = await limiter.lease(ask("b", { needed: 20, slots: 20 }));
  await evictDurableObject(limiter);
  const last = await limiter.lease(ask("c", { needed: 20, slots: 20 }));
  expect([slots, last.slots]).toEqual([20, 10]);
  await evictDurableObject(limiter);
  vi.setSystemTime(start + 51_000);
  const next = await Promise.all([1, 2, 3, 4].map((n) => limiter.lease(ask(`d ${n}`, { needed: 20, slots: 20 }))));
  expect(next.map((lease) => lease.slots)).toEqual([20, 20, 20, 20]);
});

test("rejects a malformed request, and stores nothing for it", async () => {
  const limiter = limiterOf("malformed");
  const malformed: readonly Partial<Record<keyof LeaseRequest, unknown>>[] = [
    { holder: "" },
    { tier: "login" },
    { rank: 3 },
    { slots: 21 },
    { slots: -1, needed: -1 },
    { slots: 1.5 },
    { needed: 2 },
    { patience: Number.NaN },
    { waited: -1 },
    { ahead: [1, 0] },
    { ahead: [0, Infinity] },
    { paused: 60_001 },
    { seen: { minute: 1, limit: 0, remaining: 0 } },
    { seen: null },
    { reports: [{ lease: "a", counted: [[1, 21]], unused: 0 }] },
    { reports: [null] },
    { reports: {} },
  ];
  for (const fields of malformed) {
    const request = { ...ask("a"), ...fields } as LeaseRequest;
    await expect(async () => limiter.lease(request), JSON.stringify(fields)).rejects.toThrow(/^lease: \w+ must be /);
  }
  await expect(async () => limiter.lease(null as unknown as LeaseRequest)).rejects.toThrow("lease: holder must be");
  const tables = await runInDurableObject(limiter, (_, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_master").toArray(),
  );
  expect(tables).toEqual([]);
});

test("writes one row at most per lease, and never sets an alarm", async () => {
  const limiter = limiterOf("writes");
  const written = async (): Promise<number> =>
    runInDurableObject(limiter, async (object, { storage }) => {
      expect(await storage.getAlarm()).toBeNull();
      const exec = storage.sql.exec.bind(storage.sql);
      let rows = 0;
      vi.spyOn(storage.sql, "exec").mockImplementation((...args) => {
        const cursor = exec(...args);
        rows += cursor.rowsWritten;
        return cursor;
      });
      for (let index = 0; index < 30; index++) await object.lease(ask(`b ${index}`, { needed: 5, slots: 5 }));
      vi.restoreAllMocks();
      return rows;
    });
  await limiter.lease(ask("a"));
  // 17 get something: the first had one of 90.
  expect(await written()).toBe(18);
});

test("the example answers with the equity, and leases its slot from the object", async () => {
  const exchange = createExchange();
  const { apiKey } = await exchange.register();
  vi.stubGlobal("fetch", exchange.connection.fetch);
  const bindings = { API_KEY: apiKey, BASE_URL: "https://exchange.example", LIMITER: env.LIMITER };
  const request = new Request<unknown, IncomingRequestCfProperties>("https://worker.example/");
  const response = await worker.fetch(request, bindings);
  vi.unstubAllGlobals();
  expect(await response.json()).toEqual({ totalEquity: "10000" });
  const next = await limiterOf("my-account").lease(ask("a", { tier: "general", slots: 0, needed: 0 }));
  expect(next.limit).toBe(600);
  const saved = await runInDurableObject(limiterOf("my-account"), (_, { storage }) =>
    storage.sql.exec<{ state: string }>("SELECT state FROM limiter").one(),
  );
  expect(saved.state).toContain("general");
});

test("1 000 calls of a client cost at most 60 requests, and none is rejected", async () => {
  const exchange = env.EXCHANGE.getByName("calls");
  const { apiKey } = await exchange.register();
  const limiter = limiterOf("calls");
  let requests = 0;
  const rateLimit = sharedLimiter(() => ({
    lease(request) {
      requests++;
      return limiter.lease(request);
    },
  }));
  const statuses: (number | null)[] = [];
  const client = new AgentExchangeClient({
    ...exchangeConnection(exchange),
    apiKey,
    rateLimit,
    timeout: Infinity,
    onResponse: ({ status }) => void statuses.push(status),
  });
  // The tier of backtests allows 6000 per minute.
  for (let call = 0; call < 1000; call++) await client.getBacktests({ limit: 1 });
  await client.close();
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(requests).toBeLessThanOrEqual(60);
});

test("200 bots with alarms place 90 orders a minute, and the platform rejects none", async () => {
  const account = "fleet";
  const exchange = env.EXCHANGE.getByName(account);
  const { apiKey } = await exchange.register();
  const agents = Array.from({ length: 200 }, (_, index) => env.FLEET_AGENT.getByName(`fleet ${index}`));
  await Promise.all(agents.map((agent) => agent.start(account, apiKey, start + 3_600_000)));
  const served: number[] = [];
  let waiting = agents;
  for (let minute = 0; waiting.length > 0 && minute < 10; minute++) {
    // Not at the turn of a window, where calls wait some milliseconds: this clock stands still.
    vi.setSystemTime(start + minute * 61_000 + 20_000);
    const ran = await Promise.all(waiting.map((agent) => runDurableObjectAlarm(agent)));
    expect(ran.every(Boolean)).toBe(true);
    const orders = await Promise.all(waiting.map((agent) => agent.orderId()));
    served.push(orders.filter((orderId) => orderId !== undefined).length);
    waiting = waiting.filter((_, index) => orders[index] === undefined);
    if (minute === 1) await evictDurableObject(limiterOf(account));
  }
  expect(served).toEqual([90, 90, 20]);
}, 120_000);

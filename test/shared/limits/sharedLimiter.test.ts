// Clients with one budget against the embedded exchange and its real rate limits.
import {
  AgentExchangeClient,
  ConnectionError,
  memoryBudget,
  OrderOutcomeUnknownError,
  RateLimitError,
  sharedLimiter,
  type Budget,
  type ClientOptions,
  type LeaseRequest,
  type SharedLimiterOptions,
} from "agentexchange";
import { createExchange, virtualClock } from "agentexchange/exchange";
import { describe, expect, test } from "vitest";
import { drive, failure } from "../../support/drive.ts";

const start = "2026-11-27T12:00:20Z";

async function scene(options: ClientOptions = {}) {
  const clock = virtualClock(start);
  const exchange = createExchange({ clock, seed: 3 });
  const { apiKey, accountKey, apiSecret } = await exchange.register();
  const statuses: (number | null)[] = [];
  const onResponse = ({ status }: { readonly status: number | null }): void => void statuses.push(status);
  const open = (more: ClientOptions): AgentExchangeClient =>
    new AgentExchangeClient({ ...exchange.connection, apiKey, timeout: 600_000, onResponse, ...options, ...more });
  return { clock, exchange, statuses, open, accountKey, apiSecret };
}

const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.001", price: "20000" } as const;

describe("two clients with one budget", () => {
  test("are never rejected, and use each window", async () => {
    const { clock, statuses, open } = await scene();
    const rateLimit = sharedLimiter(memoryBudget({ clock }));
    const clients = [open({ rateLimit }), open({ rateLimit })];
    const calls = clients.flatMap((client) => Array.from({ length: 130 }, () => client.listOrders()));
    await drive(clock, Promise.all(calls), 600_000, 500);
    expect(statuses).toEqual(Array<number>(260).fill(200));
    // 90 in this window, 90 in the next, 80 in the one after it.
    expect(clock.elapsed()).toBeGreaterThan(100_000);
    expect(clock.elapsed()).toBeLessThan(104_000);
    await Promise.all(clients.map((client) => client.close()));
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  test("without one are rejected", async () => {
    const { clock, statuses, open } = await scene();
    const clients = [open({}), open({})];
    const calls = clients.flatMap((client) => Array.from({ length: 60 }, () => client.listOrders()));
    await drive(clock, Promise.all(calls), 600_000, 500);
    expect(statuses).toContain(429);
  });

  test("are not delayed by each other's reads when they cancel or reconcile", async () => {
    const { clock, exchange, open } = await scene();
    const rateLimit = sharedLimiter(memoryBudget({ clock }));
    let losesResponse = false;
    const trader = open({
      rateLimit,
      retry: false,
      fetch: async (input, init) => {
        const response = await exchange.fetch(input, init);
        if (losesResponse && init?.method === "POST") throw new Error("connection lost");
        return response;
      },
    });
    const reader = open({ rateLimit });
    const { orderId } = await trader.placeLimitOrder(order);
    losesResponse = true;
    const lost: unknown = await failure(clock, trader.placeLimitOrder(order));
    if (!(lost instanceof OrderOutcomeUnknownError)) throw lost;
    const reads = Promise.all(Array.from({ length: 200 }, () => reader.listOrders()));
    await clock.advance(5000);
    const before = clock.elapsed();
    expect(await drive(clock, trader.cancelOrder(orderId))).toMatchObject({ status: "cancelled" });
    expect(await drive(clock, lost.reconcile())).toMatchObject({ status: "pending" });
    expect(clock.elapsed() - before).toBeLessThanOrEqual(1000);
    await drive(clock, reads, 600_000, 1000);
  });

  test("count what a program outside the budget sends", async () => {
    const { clock, statuses, open } = await scene();
    const rateLimit = sharedLimiter(memoryBudget({ clock }));
    const other = open({ rateLimit: false });
    for (let call = 0; call < 70; call++) await other.listOrders();
    statuses.length = 0;
    const client = open({ rateLimit });
    await client.listOrders();
    const calls = Promise.all(Array.from({ length: 60 }, () => client.listOrders()));
    await drive(clock, calls, 600_000, 500);
    expect(statuses).toEqual(Array<number>(61).fill(200));
    await client.close();
  });
});

describe("a call that cannot get a slot", () => {
  test("is rejected at once if the wait exceeds its deadline, and takes no place from others", async () => {
    const { clock, open } = await scene();
    const rateLimit = sharedLimiter(memoryBudget({ clock }));
    const [first, second] = [open({ rateLimit }), open({ rateLimit })];
    await drive(clock, Promise.all(Array.from({ length: 90 }, () => first.listOrders())));
    const error = await failure(clock, second.listOrders({}, { timeout: 10_000 }));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ code: "RATE_LIMIT_EXCEEDED", limit: 100, attempts: 0, retryable: true });
    expect((error as RateLimitError).retryAfter).toBeGreaterThanOrEqual(39);
    expect(clock.elapsed()).toBeLessThan(5000);
  });

  test('is rejected at once with mode "throw"', async () => {
    const { clock, open } = await scene();
    const budget = memoryBudget({ clock });
    const first = open({ rateLimit: sharedLimiter(budget) });
    const second = open({ rateLimit: sharedLimiter(budget, { mode: "throw" }) });
    await drive(clock, Promise.all(Array.from({ length: 90 }, () => first.listOrders())));
    expect(await failure(clock, second.placeLimitOrder(order))).toBeInstanceOf(RateLimitError);
    expect(clock.elapsed()).toBeLessThan(1000);
  });

  test("ends with its caller's abort and its client, and leaves no timer", async () => {
    const { clock, open } = await scene();
    const rateLimit = sharedLimiter(memoryBudget({ clock }));
    const client = open({ rateLimit });
    await drive(clock, Promise.all(Array.from({ length: 90 }, () => client.listOrders())));
    const caller = new AbortController();
    const aborted = client.listOrders({}, { signal: caller.signal });
    const closed = client.listOrders();
    await clock.advance(1000);
    caller.abort("enough");
    await expect(aborted).rejects.toBe("enough");
    const [ended] = await Promise.allSettled([closed, client.close()]);
    expect(ended).toMatchObject({ reason: { code: "CLIENT_CLOSED" } });
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });
});

describe("a budget that does not answer", () => {
  const silent: Budget = { lease: () => new Promise(() => {}) };
  const failing: Budget = { lease: () => Promise.reject(new Error("overloaded")) };

  test.for([
    ["rejects", failing],
    ["is silent", silent],
  ] as const)("and %s: orders and reads reject with a clear error, cancels are sent", async ([, budget]) => {
    const { clock, open } = await scene();
    const { orderId } = await open({}).placeLimitOrder(order);
    const client = open({ rateLimit: sharedLimiter(budget) });
    for (const call of [() => client.placeLimitOrder(order), () => client.getBalance()]) {
      const error = await failure(clock, call());
      expect(error).toBeInstanceOf(ConnectionError);
      expect(error).toMatchObject({ code: "CONNECTION_FAILED", retryable: true, attempts: 0 });
      expect((error as Error).message).toContain(
        "The shared rate limit could not be reached. The request was not sent.",
      );
    }
    // Three attempts of five seconds each, and the delays between them.
    expect(clock.elapsed()).toBeLessThan(33_000);
    const before = clock.elapsed();
    expect(await drive(clock, client.cancelOrder(orderId))).toMatchObject({ status: "cancelled" });
    expect(clock.elapsed() - before).toBeLessThanOrEqual(2500);
    expect((await open({}).listOrders()).length).toBe(1);
  });

  test("ends a call at its deadline, if that is earlier", async () => {
    const { clock, open } = await scene();
    const client = open({ rateLimit: sharedLimiter(silent) });
    const error = await failure(clock, client.placeLimitOrder(order, { timeout: 2000 }));
    expect((error as Error).message).toContain(
      "placeLimitOrder timed out after 2000 ms while waiting for the rate limit.",
    );
  });

  test("is asked again for the next call, and a lost reply delays only", async () => {
    const { clock, open } = await scene();
    const working = memoryBudget({ clock });
    let failures = 2;
    const client = open({
      rateLimit: sharedLimiter({
        lease: async (request) => {
          const reply = await working.lease(request);
          if (failures-- > 0) throw new Error("lost");
          return reply;
        },
      }),
    });
    expect(await drive(clock, client.listOrders())).toEqual([]);
  });
});

test("a client gives back what it does not use after five seconds, and at once when it is closed", async () => {
  const { clock, open } = await scene();
  const requests: LeaseRequest[] = [];
  const budget = memoryBudget({ clock });
  const rateLimit = sharedLimiter({
    lease: (request) => {
      requests.push(request);
      return budget.lease(request);
    },
  });
  const client = open({ rateLimit });
  for (let call = 0; call < 8; call++) await client.listOrders();
  await drive(clock, client.listOrders());
  await clock.advance(10_000);
  const unused = (): number =>
    requests.flatMap(({ reports }) => reports).reduce((sum, report) => sum + report.unused, 0);
  expect(unused()).toBeGreaterThan(0);
  expect(clock.pending).toBe(0);
  const before = unused();
  for (let call = 0; call < 8; call++) await client.listOrders();
  await client.close();
  expect(unused()).toBeGreaterThan(before);
});

test("logins are not shared, since the platform counts them by address", async () => {
  const { clock, open, accountKey, apiSecret } = await scene();
  const tiers: string[] = [];
  const budget: Budget = {
    lease(request) {
      tiers.push(request.tier);
      return memoryBudget({ clock }).lease(request);
    },
  };
  const client = open({ rateLimit: sharedLimiter(budget), token: "login", apiKey: accountKey, apiSecret });
  await client.getPrice("BTCUSDT");
  await drive(clock, client.getBalance());
  expect(tiers).toEqual(["general"]);
  await client.close();
});

test.for([
  [{}, {}, "budget must be a budget"],
  [null, {}, "budget must be a budget"],
  [memoryBudget(), { mode: "drop" }, 'mode must be "wait" or "throw"'],
  [memoryBudget(), { mod: "wait" }, "mod is not an option"],
] as const)("sharedLimiter(%j, %j) is rejected: %s", ([budget, options, message]) => {
  expect(() => sharedLimiter(budget as Budget, options as SharedLimiterOptions)).toThrow(message);
});

test.for([{}, "sometimes", null, { mode: "wait" }])("rateLimit: %j is rejected", (rateLimit) => {
  expect(() => new AgentExchangeClient({ rateLimit: rateLimit as "wait" })).toThrow(
    'rateLimit must be "wait", "throw", sharedLimiter(budget) or false',
  );
});

test("a request to the budget that a Worker abandons does not block later calls", async () => {
  const { clock, open } = await scene();
  const working = memoryBudget({ clock });
  let isAbandoned = true;
  const rateLimit = sharedLimiter({
    lease: (request) => (isAbandoned ? new Promise(() => {}) : working.lease(request)),
  });
  // Its timers end with the event as well.
  const client = open({
    rateLimit,
    clock: { ...clock, setTimeout: (run, ms) => (isAbandoned ? 0 : clock.setTimeout(run, ms)) },
  });
  void client.listOrders().catch(() => {});
  await clock.advance(1000);
  isAbandoned = false;
  await clock.advance(20_000);
  expect(await drive(clock, client.listOrders())).toEqual([]);
});

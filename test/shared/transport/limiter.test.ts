// The platform counts in fixed windows of its calendar minute; the limiter stays within them.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import type { Effect } from "../../../src/endpoints/index.ts";
import { ClientClosedError, RateLimitError } from "../../../src/errors/index.ts";
import { virtualClock } from "../../../src/exchange/index.ts";
import type { Clock } from "../../../src/transport/index.ts";
import { startDeadline } from "../../../src/transport/deadline.ts";
import { createLimiter } from "../../../src/transport/limiter.ts";
import { createServerTime } from "../../../src/transport/serverTime.ts";
import * as answers from "../../support/answers.ts";
import { drive, failure } from "../../support/drive.ts";
import { quickClock } from "../../support/quickClock.ts";
import { rateServer } from "../../support/rateServer.ts";
import { cases } from "../../support/runtime.ts";
import { refusal, scripted } from "../../support/scripted.ts";
import { seeded } from "../../support/seeded.ts";

const MINUTE = 60_000;
const RUNS = cases(200, 30);
const effects = ["cancel", "order", "read"] as const;

/** The computer's clock, set wrongly or moved by somebody. */
function localClock(clock: Clock, skew: () => number): Clock {
  return {
    now: () => clock.now() + skew(),
    elapsed: () => clock.elapsed(),
    setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
    clearTimeout: (timer) => clock.clearTimeout(timer),
  };
}

interface Scene {
  readonly seed: number;
  /** Second of the minute in which it begins. */
  readonly second: number;
  readonly requests: number;
  /** Milliseconds over which the requests come in. */
  readonly span: number;
  readonly latency: number;
  readonly dates: boolean;
  /** The platform's clock against the true one, and the computer's. */
  readonly serverSkew?: number;
  readonly localSkew?: number;
  /** The computer's clock moves by so much, in the middle. */
  readonly step?: number;
  /** Requests of another program on the same account, a minute. */
  readonly others?: number;
}

const scene = {
  seed: fc.nat(1_000_000),
  second: fc.integer({ min: 0, max: 59 }),
  requests: fc.integer({ min: 50, max: 420 }),
  span: fc.integer({ min: 0, max: 200_000 }),
  latency: fc.integer({ min: 1, max: 900 }),
  dates: fc.boolean(),
};

interface Result {
  readonly refusals: readonly number[];
  readonly served: number;
  readonly counts: ReadonlyMap<number, number>;
}

/** Plays a scene through one limiter against a server that counts. */
async function play(it: Scene): Promise<Result> {
  const random = seeded(it.seed);
  const clock = quickClock(Date.UTC(2026, 2, 5, 14, 0, it.second));
  const local = localClock(clock, () => (it.localSkew ?? 0) + (clock.elapsed() > 70_000 ? (it.step ?? 0) : 0));
  const platform = rateServer(clock, { skew: it.serverSkew ?? 0, dates: it.dates });
  const time = createServerTime(local);
  const limiter = createLimiter("wait", local, time);
  const active = new Set<ReturnType<typeof startDeadline>>();
  let served = 0;

  const passed = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms));
  async function request(effect: Effect): Promise<void> {
    const deadline = startDeadline(
      { name: "it", repeatable: true, timeout: Infinity, signal: undefined },
      local,
      active,
    );
    try {
      for (;;) {
        const slot = await limiter.take("orders", effect, deadline);
        const sent = clock.elapsed();
        await passed(1 + random() * it.latency);
        const { refused, headers, retryAfter } = platform.arrive();
        await passed(1 + random() * it.latency);
        const resetSeconds = Number(headers["x-ratelimit-reset"]);
        time.observe({ date: headers["date"] ?? null, resetSeconds }, sent, clock.elapsed());
        slot.settle({ limit: 100, remaining: Number(headers["x-ratelimit-remaining"]), resetSeconds });
        if (!refused) break;
        slot.pause(retryAfter * 1000);
      }
      served++;
    } finally {
      deadline.dispose();
    }
  }

  let other = it.others === undefined ? 0 : (it.others * (it.span + MINUTE)) / MINUTE;
  const rival = async (): Promise<void> => {
    for (; other > 0; other--) {
      platform.arrive();
      await passed(MINUTE / (it.others as number));
    }
  };
  const calls = Array.from({ length: it.requests }, async () => {
    await passed(random() * it.span);
    await request(effects[Math.floor(random() * 3)] as Effect);
  });
  await drive(clock, Promise.all([...calls, rival()]), 3_600_000, 30_000);
  expect(served).toBe(it.requests);
  expect(clock.pending).toBe(0);
  return { refusals: platform.refusals, served, counts: platform.counts };
}

describe("the limiter", () => {
  test("with clocks that agree nothing is ever refused", async () => {
    await fc.assert(
      fc.asyncProperty(fc.record(scene), async (it) => {
        expect((await play(it)).refusals).toEqual([]);
      }),
      { numRuns: RUNS, seed: 1 },
    );
  });

  test("a step of the computer's clock changes nothing", async () => {
    const stepped = fc.record({ ...scene, step: fc.integer({ min: -3_600_000, max: 3_600_000 }) });
    await fc.assert(
      fc.asyncProperty(stepped, async (it) => {
        expect((await play(it)).refusals).toEqual([]);
      }),
      { numRuns: Math.ceil(RUNS / 3), seed: 2 },
    );
  });

  test("with clocks that disagree a few are refused until it is in step", async () => {
    const skewed = fc.record({
      ...scene,
      serverSkew: fc.integer({ min: -90_000, max: 90_000 }),
      localSkew: fc.integer({ min: -90_000, max: 90_000 }),
    });
    await fc.assert(
      fc.asyncProperty(skewed, async (it) => {
        const { refusals } = await play(it);
        expect(refusals.length).toBeLessThanOrEqual(8);
        // In step once it has seen the clock of the platform: no more than one trial each minute from then on.
        expect(it.dates ? refusals.filter((at) => at > 180_000) : []).toEqual([]);
      }),
      { numRuns: RUNS, seed: 3 },
    );
  });

  test("a budget that is shared with another program is kept by what the answers say", async () => {
    const shared = fc.record({
      ...scene,
      latency: fc.integer({ min: 1, max: 100 }),
      others: fc.integer({ min: 5, max: 90 }),
    });
    await fc.assert(
      fc.asyncProperty(shared, async (it) => {
        const { refusals, counts } = await play(it);
        // Only what the other sent since the last answer can be unknown.
        const overdrawn = [...counts.values()].reduce((sum, count) => sum + Math.max(0, count - 100), 0);
        expect(refusals.length).toBe(overdrawn);
        expect(refusals.length).toBeLessThanOrEqual(it.others * (1 + counts.size));
      }),
      { numRuns: Math.ceil(RUNS / 3), seed: 4 },
    );
  });

  test("a window is used to the full while somebody waits", async () => {
    for (const second of [0, 30, 59]) {
      const { counts } = await play({ seed: second, second, requests: 420, span: 0, latency: 40, dates: true });
      expect([...counts.values()]).toEqual([100, 100, 100, 100, 20]);
    }
  });
});

/** A limiter on its own, with requests that are answered at once. */
function bare(second = 0, mode: "wait" | "throw" = "wait") {
  const clock = quickClock(Date.UTC(2026, 2, 5, 14, 0, second));
  const limiter = createLimiter(mode, clock, createServerTime(clock));
  const active = new Set<ReturnType<typeof startDeadline>>();
  const granted: string[] = [];
  const begin = (timeout = Infinity, signal?: AbortSignal) =>
    startDeadline({ name: "it", repeatable: true, timeout, signal }, clock, active);
  return {
    clock,
    limiter,
    granted,
    take: async (name: string, effect: Effect, timeout?: number, signal?: AbortSignal): Promise<void> => {
      const deadline = begin(timeout, signal);
      try {
        const slot = await limiter.take("orders", effect, deadline);
        granted.push(name);
        slot.settle();
      } finally {
        deadline.dispose();
      }
    },
    /** Spends this minute's budget. */
    spend: async (count = 100): Promise<void> => {
      for (let index = 0; index < count; index++) (await limiter.take("orders", "read", begin())).settle();
    },
  };
}

describe("a full window", () => {
  test("cancels go before orders, orders before reads", async () => {
    const { clock, take, spend, granted } = bare();
    await spend();
    const all = (["read", "write", "order", "cancel", "read", "order", "cancel"] as const).map((effect, index) =>
      take(`${effect} ${index}`, effect),
    );
    await drive(clock, Promise.all(all));
    expect(granted).toEqual(["cancel 3", "cancel 6", "order 2", "order 5", "read 0", "write 1", "read 4"]);
    expect(clock.pending).toBe(0);
  });

  test("a flood of orders leaves every read its turn", async () => {
    const { clock, take, spend, granted } = bare();
    await spend();
    const orders = Array.from({ length: 90 }, (_, index) => take(`order ${index}`, "order"));
    const read = take("read", "read");
    const later = Array.from({ length: 500 }, (_, index) => take(`later ${index}`, "order"));
    await drive(clock, Promise.all([...orders, read, ...later]));
    // One turn in ten goes to whoever waits longest: after the orders that came before it, at most ten turns more.
    expect(granted.indexOf("read")).toBeLessThanOrEqual(100);
  });

  test("under a steady flood reads wait no longer than a window or two", async () => {
    const { clock, take, granted } = bare();
    const waits: number[] = [];
    const passed = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms));
    const calls = Array.from({ length: 600 }, async (_, index) => {
      await passed(index * 500);
      // 120 a minute, one in twelve of them a read.
      const began = clock.elapsed();
      await take(String(index), index % 12 === 0 ? "read" : "order");
      if (index % 12 === 0) waits.push(clock.elapsed() - began);
    });
    await drive(clock, Promise.all(calls), 3_600_000, 30_000);
    expect(granted).toHaveLength(600);
    expect(Math.max(...waits)).toBeLessThanOrEqual(2 * MINUTE + 1000);
  });

  test("a wait that outlives the deadline is refused at once, with the time until there is room", async () => {
    const { take, spend } = bare(20);
    await spend();
    const error: unknown = await take("late", "read", 30_000).catch((problem: unknown) => problem);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ retryAfter: 41, limit: 100, attempts: 0, status: null, retryable: true });
    expect((error as Error).message).toContain("The request was not sent.");
  });

  test("who waits is counted: the second hundred waits a minute longer", async () => {
    const { clock, take, spend } = bare(20);
    await spend();
    const waiting = Array.from({ length: 100 }, () => take("first", "read"));
    const error: unknown = await take("late", "read", 99_000).catch((problem: unknown) => problem);
    expect(error).toMatchObject({ code: "RATE_LIMIT_EXCEEDED", retryAfter: 101 });
    // A cancel would not wait behind them.
    await drive(clock, Promise.all([take("cancel", "cancel", 50_000), ...waiting]));
  });

  test("a place in the queue is left on abort and on time-out, and no timer stays", async () => {
    const { clock, take, spend, granted } = bare();
    await spend();
    const caller = new AbortController();
    const aborted = take("aborted", "cancel", undefined, caller.signal);
    const waits = take("waits", "read");
    await clock.advance(1000);
    expect(clock.pending).toBe(1);
    caller.abort("enough");
    await expect(aborted).rejects.toBe("enough");
    await drive(clock, waits);
    expect(granted).toEqual(["waits"]);
    expect(clock.pending).toBe(0);
  });

  test("the last to leave takes the timer along", async () => {
    const { clock, take, spend } = bare();
    await spend();
    const caller = new AbortController();
    const aborted = take("aborted", "read", undefined, caller.signal);
    caller.abort("enough");
    await expect(aborted).rejects.toBe("enough");
    expect(clock.pending).toBe(0);
  });

  test('"throw" refuses at once instead of waiting', async () => {
    const { take, spend, clock } = bare(20, "throw");
    await spend();
    await expect(take("late", "cancel")).rejects.toMatchObject({ code: "RATE_LIMIT_EXCEEDED", retryAfter: 41 });
    await clock.advance(41_000);
    await take("later", "read");
    expect(clock.pending).toBe(0);
  });
});

describe("through a client", () => {
  const start = new Date("2026-03-05T14:00:10Z");
  const orders = (): Response => answers.orders();

  function counted(options: ConstructorParameters<typeof AgentExchangeClient>[0] = {}) {
    const clock = virtualClock(start);
    const platform = rateServer(clock);
    const server = scripted(({ path }) => {
      if (!path.startsWith("/api/v1/trade/")) return path.includes("/market/") ? answers.price() : answers.balance();
      const { refused, headers, retryAfter } = platform.arrive();
      const details = { limit: 100, window_seconds: 60, retry_after_seconds: retryAfter };
      if (refused)
        return refusal(429, "RATE_LIMIT_EXCEEDED", details, { ...headers, "retry-after": String(retryAfter) });
      const response = orders();
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
      return response;
    }, clock);
    return {
      clock,
      platform,
      server,
      client: new AgentExchangeClient({ apiKey: "ak_live_x", clock, fetch: server.fetch, ...options }),
    };
  }

  test("250 calls at once take three windows and no refusal", async () => {
    const { clock, platform, client } = counted({ timeout: 200_000 });
    await drive(clock, Promise.all(Array.from({ length: 250 }, () => client.listOrders())));
    expect([...platform.counts.values()]).toEqual([100, 100, 50]);
    expect(clock.pending).toBe(0);
  });

  test("market data is never held back, and other tiers have budgets of their own", async () => {
    const { clock, client } = counted();
    const flood = Array.from({ length: 100 }, () => client.listOrders());
    const others = [...Array.from({ length: 2000 }, () => client.getPrice("BTCUSDT")), client.getBalance()];
    await Promise.all([...flood, ...others]);
    expect(clock.elapsed()).toBe(0);
  });

  test("a 429 pauses the whole tier until the platform's time is over", async () => {
    const { clock, server, client, platform } = counted({ timeout: 100_000 });
    for (let index = 0; index < 100; index++) platform.arrive(); // another program spent it
    const first = client.listOrders();
    await clock.advance(100);
    const others = Array.from({ length: 5 }, () => client.listOrders());
    await clock.advance(49_000);
    expect(server.sent).toHaveLength(1);
    await drive(clock, Promise.all([first, ...others]));
    expect(server.sent).toHaveLength(7);
    expect(platform.refusals).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test("\"throw\" gives the platform's refusal and the client's own alike", async () => {
    const { clock, server, client, platform } = counted({ rateLimit: "throw" });
    for (let index = 0; index < 100; index++) platform.arrive();
    expect(await failure(clock, client.listOrders())).toMatchObject({
      status: 429,
      retryAfter: 50,
      limit: 100,
      attempts: 1,
    });
    expect(await failure(clock, client.listOrders())).toMatchObject({
      status: null,
      code: "RATE_LIMIT_EXCEEDED",
      attempts: 0,
    });
    expect(server.sent).toHaveLength(1);
  });

  test("false sends whatever comes, and follows the refusals", async () => {
    const { clock, server, client, platform } = counted({ rateLimit: false, timeout: 100_000 });
    await drive(clock, Promise.all(Array.from({ length: 120 }, () => client.listOrders())));
    expect(platform.refusals).toHaveLength(20);
    expect(server.sent).toHaveLength(140);
  });

  test("market data that is refused all the same waits as it is told", async () => {
    const clock = virtualClock(start);
    const server = scripted(
      (_sent, index) => (index < 2 ? refusal(429, "HTTP_429", {}, { "retry-after": "7" }) : answers.price()),
      clock,
    );
    await drive(clock, new AgentExchangeClient({ clock, fetch: server.fetch }).getPrice("BTCUSDT"));
    expect(server.sent.map(({ at }) => at)).toEqual([0, 7000, 14_000]);
  });

  test("what was refused and cannot wait says how often it was sent", async () => {
    const { clock, client, platform } = counted({ timeout: 5000 });
    for (let index = 0; index < 100; index++) platform.arrive();
    const error = await failure(clock, client.listOrders());
    expect(error).toMatchObject({ code: "RATE_LIMIT_EXCEEDED", retryAfter: 50, attempts: 1 });
    expect((error as Error).message).toContain("The platform rejected the request.");
  });

  test("a login that fails costs no budget of the call", async () => {
    const clock = virtualClock(start);
    const broken = new AgentExchangeClient({
      clock,
      fetch: () => Promise.reject(new Error("never")),
      rateLimit: "throw",
      token: () => Promise.reject(new Error("no token")),
    });
    for (let index = 0; index < 150; index++) await expect(broken.listOrders()).rejects.toThrow("no token");
  });

  test("close() rejects whoever waits and drops the timers", async () => {
    const { clock, client } = counted({ timeout: 100_000 });
    const calls = Array.from({ length: 120 }, () => client.listOrders());
    const results = Promise.allSettled(calls);
    await clock.advance(1000);
    await client.close();
    const left = (await results).filter(({ status }) => status === "rejected") as PromiseRejectedResult[];
    expect(left).toHaveLength(20);
    for (const { reason } of left) expect(reason).toBeInstanceOf(ClientClosedError);
    expect(clock.pending).toBe(0);
  });
});

// The platform counts requests in fixed windows of its calendar minute. The limiter never exceeds them.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Effect } from "../../../src/endpoints/index.ts";
import { RateLimitError } from "../../../src/errors/index.ts";
import type { Clock } from "../../../src/transport/index.ts";
import { startDeadline } from "../../../src/transport/deadline.ts";
import { createLimiter, RANK } from "../../../src/transport/limiter.ts";
import { createServerTime } from "../../../src/transport/serverTime.ts";
import { drive } from "../../support/drive.ts";
import { quickClock } from "../../support/quickClock.ts";
import { rateServer } from "../../support/rateServer.ts";
import { cases } from "../../support/runtime.ts";
import { seeded } from "../../support/seeded.ts";

const MINUTE = 60_000;
const RUNS = cases(200, 30);
const effects = ["cancel", "order", "read"] as const;

/** A local clock that is off, or is set while the test runs. */
function localClock(clock: Clock, skew: () => number): Clock {
  return { ...clock, now: () => clock.now() + skew() };
}

interface Scene {
  readonly seed: number;
  /** Second of the minute at which it begins. */
  readonly second: number;
  readonly requests: number;
  /** Milliseconds during which requests are made. */
  readonly span: number;
  readonly latency: number;
  readonly dates: boolean;
  /** Milliseconds by which the platform's clock, or the local one, is ahead. */
  readonly serverSkew?: number;
  readonly localSkew?: number;
  /** Milliseconds by which the local clock is set forward halfway. */
  readonly step?: number;
  /** Requests per minute of another program with the same account. */
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
  readonly rejections: readonly number[];
  readonly served: number;
  readonly counts: ReadonlyMap<number, number>;
}

/** Runs a scenario through one limiter against a server that counts. */
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
        const slot = await limiter.take("orders", RANK[effect], deadline);
        const sent = clock.elapsed();
        await passed(1 + random() * it.latency);
        const { isRejected, headers, retryAfter } = platform.arrive();
        await passed(1 + random() * it.latency);
        const resetSeconds = Number(headers["x-ratelimit-reset"]);
        time.observe({ date: headers["date"] ?? null, resetSeconds }, sent, clock.elapsed());
        slot.settle({ limit: 100, remaining: Number(headers["x-ratelimit-remaining"]), resetSeconds });
        if (!isRejected) break;
        slot.pause(retryAfter * 1000);
      }
      served++;
    } finally {
      deadline.dispose();
    }
  }

  let other = it.others === undefined ? 0 : (it.others * (it.span + MINUTE)) / MINUTE;
  const otherProgram = async (): Promise<void> => {
    for (; other > 0; other--) {
      platform.arrive();
      await passed(MINUTE / (it.others as number));
    }
  };
  const calls = Array.from({ length: it.requests }, async () => {
    await passed(random() * it.span);
    await request(effects[Math.floor(random() * 3)] as Effect);
  });
  await drive(clock, Promise.all([...calls, otherProgram()]), 3_600_000, 30_000);
  expect(served).toBe(it.requests);
  expect(clock.pending).toBe(0);
  return { rejections: platform.rejections, served, counts: platform.counts };
}

describe("the limiter", () => {
  test("never exceeds a window if the clocks agree", async () => {
    await fc.assert(
      fc.asyncProperty(fc.record(scene), async (it) => {
        expect((await play(it)).rejections).toEqual([]);
      }),
      { numRuns: RUNS, seed: 1 },
    );
  });

  test("is not affected by steps of the local clock", async () => {
    const stepped = fc.record({ ...scene, step: fc.integer({ min: -3_600_000, max: 3_600_000 }) });
    await fc.assert(
      fc.asyncProperty(stepped, async (it) => {
        expect((await play(it)).rejections).toEqual([]);
      }),
      { numRuns: Math.ceil(RUNS / 3), seed: 2 },
    );
  });

  test("causes few rejections if the clocks disagree, until it has learned the offset", async () => {
    const skewed = fc.record({
      ...scene,
      serverSkew: fc.integer({ min: -90_000, max: 90_000 }),
      localSkew: fc.integer({ min: -90_000, max: 90_000 }),
    });
    await fc.assert(
      fc.asyncProperty(skewed, async (it) => {
        const { rejections } = await play(it);
        expect(rejections.length).toBeLessThanOrEqual(8);
        // Once it knows the platform's clock, it sends at most one probe per minute.
        expect(it.dates ? rejections.filter((at) => at > 180_000) : []).toEqual([]);
      }),
      { numRuns: RUNS, seed: 3 },
    );
  });

  test("respects a limit that it shares with another program, as reported by responses", async () => {
    const shared = fc.record({
      ...scene,
      latency: fc.integer({ min: 1, max: 100 }),
      others: fc.integer({ min: 5, max: 90 }),
    });
    await fc.assert(
      fc.asyncProperty(shared, async (it) => {
        const { rejections, counts } = await play(it);
        // Only requests that the other program has sent since the last response are unknown.
        const overdrawn = [...counts.values()].reduce((sum, count) => sum + Math.max(0, count - 100), 0);
        expect(rejections.length).toBe(overdrawn);
        expect(rejections.length).toBeLessThanOrEqual(it.others * (1 + counts.size));
      }),
      { numRuns: Math.ceil(RUNS / 3), seed: 4 },
    );
  });

  test("uses each window completely while requests wait", async () => {
    for (const second of [0, 30, 59]) {
      const { counts } = await play({ seed: second, second, requests: 420, span: 0, latency: 40, dates: true });
      expect([...counts.values()]).toEqual([100, 100, 100, 100, 20]);
    }
  });
});

/** A limiter without a client, with requests that are answered immediately. */
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
        const slot = await limiter.take("orders", RANK[effect], deadline);
        granted.push(name);
        slot.settle();
      } finally {
        deadline.dispose();
      }
    },
    /** Uses up the current window. */
    spend: async (count = 100): Promise<void> => {
      for (let index = 0; index < count; index++) (await limiter.take("orders", RANK.read, begin())).settle();
    },
  };
}

describe("a full window", () => {
  test("sends cancels before orders, and orders before reads", async () => {
    const { clock, take, spend, granted } = bare();
    await spend();
    const all = (["read", "write", "order", "cancel", "read", "order", "cancel"] as const).map((effect, index) =>
      take(`${effect} ${index}`, effect),
    );
    await drive(clock, Promise.all(all));
    expect(granted).toEqual(["cancel 3", "cancel 6", "order 2", "order 5", "read 0", "write 1", "read 4"]);
    expect(clock.pending).toBe(0);
  });

  test("does not let a flood of orders starve reads", async () => {
    const { clock, take, spend, granted } = bare();
    await spend();
    const orders = Array.from({ length: 90 }, (_, index) => take(`order ${index}`, "order"));
    const read = take("read", "read");
    const later = Array.from({ length: 500 }, (_, index) => take(`later ${index}`, "order"));
    await drive(clock, Promise.all([...orders, read, ...later]));
    // Every tenth slot goes to the longest-waiting request: at most ten more after the orders that came before it.
    expect(granted.indexOf("read")).toBeLessThanOrEqual(100);
  });

  test("lets reads wait for at most two windows in a steady flood", async () => {
    const { clock, take, granted } = bare();
    const waits: number[] = [];
    const passed = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms));
    const calls = Array.from({ length: 600 }, async (_, index) => {
      await passed(index * 500);
      // 120 per minute, every twelfth a read.
      const startedAt = clock.elapsed();
      await take(String(index), index % 12 === 0 ? "read" : "order");
      if (index % 12 === 0) waits.push(clock.elapsed() - startedAt);
    });
    await drive(clock, Promise.all(calls), 3_600_000, 30_000);
    expect(granted).toHaveLength(600);
    expect(Math.max(...waits)).toBeLessThanOrEqual(2 * MINUTE + 1000);
  });

  test("immediately rejects a request whose wait exceeds its deadline, with the time until a slot is free", async () => {
    const { take, spend } = bare(20);
    await spend();
    const error: unknown = await take("late", "read", 30_000).catch((problem: unknown) => problem);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ retryAfter: 41, limit: 100, attempts: 0, status: null, retryable: true });
    expect((error as Error).message).toContain("The request was not sent.");
  });

  test("counts waiting requests: the second hundred waits a minute longer", async () => {
    const { clock, take, spend } = bare(20);
    await spend();
    const waiting = Array.from({ length: 100 }, () => take("first", "read"));
    const error: unknown = await take("late", "read", 99_000).catch((problem: unknown) => problem);
    expect(error).toMatchObject({ code: "RATE_LIMIT_EXCEEDED", retryAfter: 101 });
    // A cancel does not wait behind them.
    await drive(clock, Promise.all([take("cancel", "cancel", 50_000), ...waiting]));
  });

  test("removes aborted and timed-out requests, and leaves no timer", async () => {
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

  test("clears its timer when the last waiting request ends", async () => {
    const { clock, take, spend } = bare();
    await spend();
    const caller = new AbortController();
    const aborted = take("aborted", "read", undefined, caller.signal);
    caller.abort("enough");
    await expect(aborted).rejects.toBe("enough");
    expect(clock.pending).toBe(0);
  });

  test('"throw" rejects immediately instead of waiting', async () => {
    const { take, spend, clock } = bare(20, "throw");
    await spend();
    await expect(take("late", "cancel")).rejects.toMatchObject({ code: "RATE_LIMIT_EXCEEDED", retryAfter: 41 });
    await clock.advance(41_000);
    await take("later", "read");
    expect(clock.pending).toBe(0);
  });
});

// One budget for several clients: the platform never counts more than its limit, whoever dies, is late or has a wrong clock.
import { describe, expect, test } from "vitest";
import { Ledger, type LeaseRequest } from "../../../src/limits/index.ts";
import type { Rank } from "../../../src/transport/index.ts";
import { drive } from "../../support/drive.ts";
import { fleet, pause, remoteBudget } from "../../support/limitedFleet.ts";
import { quickClock } from "../../support/quickClock.ts";
import { rateServer } from "../../support/rateServer.ts";
import { cases } from "../../support/runtime.ts";
import { below, forEachSeed, pick, seeded } from "../../support/seeded.ts";

const MINUTE = 60_000;
const start = Date.UTC(2026, 2, 5, 14, 0, 0);
const SEEDS = cases(300, 15);

describe("a fleet with one budget", { timeout: 300_000 }, () => {
  // Clocks that are minutes off, jump and drift; agents that die; evictions of the budget; lost and late messages.
  test("never exceeds the platform's limit, and serves every call of those who live", async () => {
    await forEachSeed(SEEDS, async (random) => {
      const clock = quickClock(start + below(random, MINUTE));
      const server = rateServer(clock, { skew: (random() - 0.5) * 180_000, dates: random() < 0.7 });
      const isLossy = random() < 0.3;
      const ahead = (random() - 0.5) * 300_000;
      const { budget, evict } = remoteBudget(clock, { random, latency: 200, loss: isLossy ? 0.1 : 0, ahead });
      const { agent } = fleet(clock, server, 100);
      const agents = Array.from({ length: 1 + below(random, 30) }, (_, index) => {
        const steps = random() < 0.2 ? [[below(random, 200_000), (random() - 0.5) * 600_000] as const] : [];
        const fault = { offset: (random() - 0.5) * 300_000, rate: 1 + (random() - 0.5) * 2e-4, steps };
        return agent(budget, index, { random, latency: 900, fault });
      });
      const span = below(random, 200_000);
      const outcomes: string[] = [];
      const calls = Array.from({ length: 50 + below(random, 400) }, async () => {
        await pause(clock, random() * span);
        // A cancel is sent even if its messages to the budget are lost.
        const rank = isLossy ? pick<Rank>(random, [1, 2]) : pick<Rank>(random, [0, 1, 2]);
        const call = pick(random, agents as [(typeof agents)[0]]).request(rank);
        outcomes.push(await call.catch((error: unknown) => (error as Error).name));
      });
      const accidents = Array.from({ length: below(random, 6) }, async () => {
        await pause(clock, random() * span);
        if (random() < 0.5) evict();
        else pick(random, agents as [(typeof agents)[0]]).die();
      });
      await drive(clock, Promise.all([...calls, ...accidents]), 3_600_000, 30_000);
      expect(Math.max(...server.counts.values())).toBeLessThanOrEqual(100);
      expect(server.rejections).toEqual([]);
      const accepted = isLossy ? ["served", "dead", "ConnectionError"] : ["served", "dead"];
      expect(outcomes.filter((outcome) => !accepted.includes(outcome))).toEqual([]);
    });
  });

  test("never lets a cancel wait behind reads and orders", async () => {
    await forEachSeed(Math.ceil(SEEDS / 3), async (random) => {
      const clock = quickClock(start + below(random, MINUTE));
      const server = rateServer(clock);
      const { budget } = remoteBudget(clock, { random, latency: 100 });
      const { agent, served } = fleet(clock, server, 100);
      const agents = Array.from({ length: 10 }, (_, index) => agent(budget, index, { random, latency: 100 }));
      const call = async (index: number, at: number, rank: Rank): Promise<void> => {
        await pause(clock, at);
        await agents[index % 10]?.request(rank);
      };
      const others = Array.from({ length: 500 }, (_, index) => call(index, random() * 150_000, pick(random, [1, 2])));
      // Eight in any minute: fewer than what is kept for them.
      const cancels = Array.from({ length: 20 }, (_, index) => call(index, index * 7500 + random() * 500, 0));
      await drive(clock, Promise.all([...others, ...cancels]), 3_600_000, 30_000);
      const waits = served.filter(({ rank }) => rank === 0).map(({ madeAt, grantedAt }) => grantedAt - madeAt);
      expect(waits).toHaveLength(20);
      // Two messages to the budget; a clock that is not known exactly delays the first call of a window a little.
      expect(Math.max(...waits)).toBeLessThanOrEqual(1200);
      expect(server.rejections).toEqual([]);
    });
  });

  test("does not starve reads in a steady flood of orders", async () => {
    const clock = quickClock(start + 10_000);
    const random = seeded(5);
    const { budget } = remoteBudget(clock, { random, latency: 50 });
    const { agent, served } = fleet(clock, rateServer(clock), 100);
    const agents = Array.from({ length: 20 }, (_, index) => agent(budget, index, { random, latency: 50 }));
    const calls = Array.from({ length: 720 }, async (_, index) => {
      await pause(clock, index * 500);
      await agents[index % 20]?.request(index % 12 === 0 ? 2 : 1);
    });
    await drive(clock, Promise.all(calls), 3_600_000, 30_000);
    const reads = served.filter(({ rank }) => rank === 2).map(({ madeAt, grantedAt }) => grantedAt - madeAt);
    expect(reads).toHaveLength(60);
    expect(Math.max(...reads)).toBeLessThanOrEqual(3 * MINUTE);
  });

  test("uses each window completely while calls wait", async () => {
    const clock = quickClock(start + 20_000);
    const random = seeded(6);
    const server = rateServer(clock);
    const { budget } = remoteBudget(clock, { random, latency: 20 });
    const { agent } = fleet(clock, server, 100);
    const agents = Array.from({ length: 40 }, (_, index) => agent(budget, index, { random, latency: 20 }));
    const calls = agents.flatMap((one) => Array.from({ length: 10 }, () => one.request(1)));
    await drive(clock, Promise.all(calls), 3_600_000, 30_000);
    // Ten of a hundred are for cancels.
    expect([...server.counts.values()]).toEqual([90, 90, 90, 90, 40]);
  });
});

test.for(["orders", "general"] as const)(
  "1 000 calls after one another cost at most 60 requests to the budget (%s)",
  async (tier) => {
    const limit = tier === "orders" ? 100 : 600;
    for (const second of [0, 10, 30, 50, 57]) {
      const clock = quickClock(start + second * 1000);
      const server = rateServer(clock, { limit });
      const random = seeded(1);
      const { budget, counts } = remoteBudget(clock, { random, latency: 20 });
      const client = fleet(clock, server, limit).agent(budget, 0, { random, latency: 20 });
      const calls = async (): Promise<void> => {
        for (let call = 0; call < 1000; call++) await client.request(1, Infinity, tier);
      };
      await drive(clock, calls(), 3_600_000, 30_000);
      expect(server.rejections).toEqual([]);
      expect(counts.requests, `from second ${second}`).toBeLessThanOrEqual(60);
      expect(counts.saves).toBeLessThanOrEqual(counts.requests);
      client.limiter.close();
      await clock.advance(10_000);
      expect(clock.pending).toBe(0);
    }
  },
);

/** A ledger at 14:00:20 that knows the platform's clock exactly. */
function ledgerAt(seconds = 20) {
  const time = { now: start + seconds * 1000 };
  const ledger = new Ledger({ now: () => time.now });
  const request = (holder: string, rank: Rank, more: Partial<LeaseRequest> = {}) =>
    ledger.lease({
      holder,
      tier: "orders",
      rank,
      needed: 1,
      slots: more.needed ?? 1,
      waited: 0,
      patience: Infinity,
      reports: [],
      ahead: [0, 0],
      ...more,
    });
  return { time, ledger, request };
}

describe("the ledger", () => {
  test("admits exactly the free slots of 1 000 clients at once, and says when the others get theirs", () => {
    const { request } = ledgerAt();
    const replies = Array.from({ length: 1000 }, (_, index) => request(`agent ${index}`, 1));
    expect(replies.filter(({ slots }) => slots === 1)).toHaveLength(90);
    // 90 in each of the next windows, in the order in which they came.
    const waits = replies.slice(90).map(({ wait }) => Math.floor(wait / MINUTE));
    expect(waits).toEqual(Array.from({ length: 910 }, (_, index) => Math.floor(index / 90)));
    // What is kept for cancels is still there.
    const cancels = Array.from({ length: 20 }, (_, index) => request(`cancel ${index}`, 0));
    expect(cancels.map(({ slots }) => slots)).toEqual([...Array<number>(10).fill(1), ...Array<number>(10).fill(0)]);
  });

  test("serves cancels before orders before reads in the next window, and those who came first", () => {
    const { time, request } = ledgerAt();
    for (let index = 0; index < 100; index++) request(`early ${index}`, 0);
    const names = ["read 1", "order 1", "cancel 1", "read 2", "order 2", "cancel 2"];
    const rank = (name: string): Rank => (name.startsWith("c") ? 0 : name.startsWith("o") ? 1 : 2);
    for (const name of names) request(name, rank(name), { needed: 20 });
    time.now = start + 60_100;
    // Whoever comes first in the new window does not get what belongs to those before it in the queue.
    const granted = names.map((name) => [name, request(name, rank(name), { needed: 20 }).slots]);
    expect(Object.fromEntries(granted)).toEqual({
      "cancel 1": 20,
      "cancel 2": 20,
      "order 1": 20,
      "order 2": 18,
      "read 1": 10,
      // Every tenth slot is for reads.
      "read 2": 2,
    });
  });

  test("keeps the slots of a client that does not come for five seconds, then gives them to others", () => {
    const { time, request } = ledgerAt();
    for (let index = 0; index < 100; index++) request(`early ${index}`, 0);
    for (let index = 0; index < 5; index++) request(`gone ${index}`, 1, { needed: 20 });
    time.now = start + 60_100;
    expect(request("late", 1).slots).toBe(0);
    time.now = start + 66_000;
    expect(request("late", 1).slots).toBe(1);
  });

  test("forgets clients that cannot wait", () => {
    const { time, request } = ledgerAt();
    for (let index = 0; index < 100; index++) request(`early ${index}`, 0);
    for (let index = 0; index < 90; index++) request(`gone ${index}`, 1, { patience: 1000 });
    expect(request("patient", 1).wait).toBeLessThan(MINUTE);
    time.now = start + 60_100;
    expect(request("patient", 1).slots).toBe(1);
  });

  test("a lease ends with its window: what a dead client had is free in the next one", () => {
    const { time, request } = ledgerAt();
    for (let index = 0; index < 4; index++) expect(request(`dead ${index}`, 1, { needed: 20 }).slots).toBe(20);
    const last = request("dead 4", 1, { needed: 10 });
    expect(last.slots).toBe(10);
    // Not in the last five seconds, since a request takes time to arrive.
    expect(time.now + last.expiresIn).toBeLessThanOrEqual(start + 55_000);
    expect(request("next", 1).slots).toBe(0);
    time.now = start + 60_100;
    expect(Array.from({ length: 5 }, (_, index) => request(`next ${index}`, 1, { needed: 20 }).slots)).toEqual([
      20, 20, 20, 20, 9,
    ]);
    expect(request("next", 1).slots).toBe(1);
  });

  test("in the last seconds of a window, grants only what both windows have room for", () => {
    const { time, request } = ledgerAt(57);
    const { lease, slots, reportSoon, expiresIn } = request("a", 1, { needed: 20 });
    expect([slots, reportSoon, expiresIn]).toEqual([20, true, 5000]);
    time.now = start + 61_000;
    // Nobody knows in which window those 20 were counted.
    expect(request("b", 1, { needed: 20 }).slots).toBe(20);
    for (let index = 0; index < 2; index++) expect(request(`c ${index}`, 1, { needed: 20 }).slots).toBe(20);
    expect(request("d", 1, { needed: 20 }).slots).toBe(10);
    // Now it is known.
    const reports = [{ lease, counted: [[Math.floor(start / MINUTE), 20] as const], unused: 0 }];
    request("a", 2, { reports, slots: 0, needed: 0 });
    time.now = start + 66_100;
    expect(request("e", 1, { needed: 20 }).slots).toBe(20);
  });

  test("counts what other programs use, takes over another limit, and pauses after a rejection", () => {
    const { time, request } = ledgerAt();
    const minute = Math.floor(start / MINUTE);
    const seen = { minute, limit: 50, remaining: 20 };
    // Of 50, others have used 29 (one is this budget's own), and five are kept for cancels.
    const { lease } = request("a", 1);
    const reports = [{ lease, counted: [[minute, 1] as const], unused: 0 }];
    expect(request("a", 1, { reports, seen, needed: 20 }).slots).toBe(15);
    expect(request("a", 2, { slots: 0, needed: 0, paused: 10_000 }).limit).toBe(50);
    expect(request("b", 0)).toMatchObject({ slots: 0, wait: 40_025 });
    time.now += 10_100;
    expect(request("b", 0).slots).toBe(1);
  });

  test("gives more than needed only to a client that is alone", () => {
    const { request } = ledgerAt();
    expect(request("a", 1, { slots: 20 }).slots).toBe(20);
    for (let index = 0; index < 4; index++) request(`b ${index}`, 1, { needed: 20 });
    expect(request("c", 1, { slots: 20 }).slots).toBe(0);
  });

  test("after it was evicted, knows every slot that it gave out, and ignores reports about them", () => {
    const time = { now: start + 20_000 };
    let saved: string | undefined;
    const open = (): Ledger =>
      new Ledger({
        now: () => time.now,
        state: saved === undefined ? undefined : (JSON.parse(saved) as ReturnType<Ledger["state"]>),
        save: (state) => (saved = JSON.stringify(state)),
      });
    const base = { tier: "orders", waited: 0, patience: Infinity, reports: [], ahead: [0, 0] } as const;
    const lease = open().lease({ ...base, holder: "a", rank: 1, needed: 20, slots: 20 });
    const reports = [{ lease: lease.lease, counted: [], unused: 20 }];
    const next = open();
    next.lease({ ...base, holder: "a", rank: 2, needed: 0, slots: 0, reports });
    const granted = Array.from({ length: 5 }, (_, index) =>
      next.lease({ ...base, holder: `b ${index}`, rank: 1, needed: 20, slots: 20 }),
    );
    expect(granted.map(({ slots }) => slots)).toEqual([20, 20, 20, 10, 0]);
    // The saved state stays small, however many leases there are.
    for (let index = 0; index < 500; index++)
      next.lease({ ...base, tier: "backtest", holder: `c ${index}`, rank: 1, needed: 1, slots: 1 });
    expect(saved?.length).toBeLessThan(1000);
  });
});

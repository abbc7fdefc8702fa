import { describe, expect, test } from "vitest";
import type { BotStore, Claim, Decision, RunRecord, Tick } from "../../src/bots/index.ts";
import { chainEntries, EMPTY_JOURNAL } from "../../src/tools/journal/chain.ts";

const LEASE = 1000;
const at = (scheduledTime: number, cron = "* * * * *"): Tick => ({ scheduledTime, cron });

function claimed(result: ReturnType<BotStore["claim"]>): Claim {
  if (typeof result === "string") throw new Error(`not claimed: ${result}`);
  return result;
}

function recordOf({ tick, fence }: Claim, more: Partial<RunRecord> = {}): RunRecord {
  return {
    tick,
    fence,
    startedAt: "2026-03-05T14:00:00.000Z",
    duration: 1,
    outcome: "held",
    reason: "test",
    reconciled: [],
    order: null,
    undecided: [],
    missed: 0,
    cursor: null,
    requests: 0,
    error: null,
    ...more,
  };
}

const entries = (count: number, kind = "reads") =>
  chainEntries(
    EMPTY_JOURNAL,
    Array.from({ length: count }, () => ({ time: "", toolbox: "test", kind, callId: null, data: {} })),
  );

/** What every store of a bot must do. @param open opens the store again that was used last, or a new one */
export function testBotStore(open: (isNew: boolean) => BotStore | Promise<BotStore>): void {
  describe("a bot store", () => {
    test("claims a tick once, and never an older one of its schedule", async () => {
      const store = await open(true);
      const claim = claimed(store.claim(at(60), 0, LEASE));
      expect(claim).toMatchObject({
        fence: 1,
        leaseUntil: LEASE,
        decision: null,
        previous: null,
        open: [],
        memory: {},
      });
      expect(store.claim(at(60), 0, LEASE)).toBe("running");
      expect(store.claim(at(120), 0, LEASE)).toBe("running");
      expect(store.finish(claim, recordOf(claim), { open: [] })).toBe(true);
      expect(store.claim(at(60), 0, LEASE)).toBe("done");
      expect(store.claim(at(0), 0, LEASE)).toBe("superseded");
      expect(claimed(store.claim(at(0, "other"), 0, LEASE))).toMatchObject({ fence: 2, previous: null });
    });

    test("lets another run take over when the lease has ended, and fences the first", async () => {
      const store = await open(true);
      const first = claimed(store.claim(at(60), 0, LEASE));
      const second = claimed(store.claim(at(60), LEASE, LEASE));
      expect(second.fence).toBeGreaterThan(first.fence);
      expect(store.isNewest(first)).toBe(false);
      expect(store.isNewest(second)).toBe(true);
      expect(store.renew(first, LEASE, LEASE)).toBe(false);
      expect(store.decide(first, { kind: "hold", reason: "late" })).toBe(false);
      expect(store.finish(first, recordOf(first), { memory: { late: true }, open: [] })).toBe(false);
      expect(() => store.journalOf(first).append(0, entries(1))).toThrow("Another run has taken over");
      expect(store.journalOf(second).append(0, entries(1))).toBe(true);
      expect(store.finish(second, recordOf(second), { open: [] })).toBe(true);
      expect(store.finish(second, recordOf(second), { open: [] })).toBe(false);
      expect(() => store.journalOf(second).append(1, entries(2).slice(1))).toThrow("Another run has taken over");
      expect(store.runs(10)).toHaveLength(1);
    });

    test("extends a lease, also one that has ended but was not taken over", async () => {
      const store = await open(true);
      const claim = claimed(store.claim(at(60), 0, LEASE));
      expect(store.renew(claim, 2 * LEASE, LEASE)).toBe(true);
      expect(store.claim(at(60), 2.5 * LEASE, LEASE)).toBe("running");
      expect(store.claim(at(60), 3 * LEASE, LEASE)).toMatchObject({ fence: 2 });
    });

    test("does not wait for a lease that a clock set back has made endless", async () => {
      const store = await open(true);
      claimed(store.claim(at(60), 1e12, LEASE));
      expect(store.claim(at(60), 0, LEASE)).toMatchObject({ fence: 2 });
    });

    test("keeps a decision for the next run of the tick only", async () => {
      const store = await open(true);
      const decision: Decision = { kind: "order", tool: "placeMarketOrder", input: { a: "1" }, reason: "x" };
      expect(store.decide(claimed(store.claim(at(60), 0, LEASE)), decision)).toBe(true);
      expect(claimed((await open(false)).claim(at(60), LEASE, LEASE)).decision).toEqual(decision);
      const other = claimed(store.claim(at(120), 2 * LEASE, LEASE));
      expect(other).toMatchObject({ decision: null, previous: at(60), open: [at(60)] });
      expect(store.claim(at(60), 4 * LEASE, LEASE)).toBe("superseded");
    });

    test("keeps history, memory, cursor and open ticks", async () => {
      const store = await open(true);
      const first = claimed(store.claim(at(60), 0, LEASE));
      const record = recordOf(first, { outcome: "unknown", cursor: "ETHUSDT" });
      expect(store.finish(first, record, { memory: { n: 1 }, open: [at(60)] })).toBe(true);
      const again = await open(false);
      expect(again.runs(1)).toEqual([record]);
      expect(again.runs(0)).toEqual([]);
      const second = claimed(again.claim(at(120), 0, LEASE));
      expect(second).toMatchObject({ memory: { n: 1 }, cursor: "ETHUSDT", open: [at(60)] });
      again.finish(second, recordOf(second), { open: [] });
      expect(claimed(again.claim(at(180), 0, LEASE))).toMatchObject({ memory: { n: 1 }, cursor: null, open: [] });
      expect(again.runs(10).map(({ tick }) => tick.scheduledTime)).toEqual([120, 60]);
    });

    test("refuses a memory that is too large, with nothing written", async () => {
      const store = await open(true);
      const claim = claimed(store.claim(at(60), 0, LEASE));
      const memory = { text: "x".repeat(65_536) };
      expect(() => store.finish(claim, recordOf(claim), { memory, open: [] })).toThrow("memory must be at most 64 KiB");
      expect(store.isNewest(claim)).toBe(true);
      expect(store.runs(10)).toEqual([]);
    });

    test("keeps the latest 1000 runs", async () => {
      const store = await open(true);
      for (let tick = 1; tick <= 1010; tick++) {
        const claim = claimed(store.claim(at(tick), 0, LEASE));
        store.finish(claim, recordOf(claim), { open: [] });
      }
      const runs = store.runs(5000);
      expect(runs).toHaveLength(1000);
      expect(runs[0]?.tick.scheduledTime).toBe(1010);
      expect(store.claim(at(1), 0, LEASE)).toBe("superseded");
    });

    test("has a journal that nobody can append to at the same place twice", async () => {
      const { journal } = await open(true);
      const [one, two, three] = entries(3);
      expect(journal.append(0, [one as never, two as never])).toBe(true);
      expect(journal.append(0, [one as never])).toBe(false);
      expect(() => journal.append(5, [three as never])).toThrow("it has lost entries");
      expect(await journal.read(0)).toEqual([one, two]);
      expect(await journal.read(1, 1)).toEqual([two]);
      expect((await open(false)).journal.append(2, [three as never])).toBe(true);
      expect(await journal.checkpoint?.()).toBeUndefined();
    });

    test("finds the newest checkpoint, and drops what is long before it", async () => {
      const { journal } = await open(true);
      const all = entries(12_100).map((entry) => entry);
      let head = { seq: 0, hash: EMPTY_JOURNAL.hash };
      for (let start = 0; start < all.length; start += 1100) {
        const kinds = Array.from({ length: 1100 }, (_, index) => (index === 1099 ? "checkpoint" : "reads"));
        const more = chainEntries(
          head,
          kinds.map((kind) => ({ time: "", toolbox: "test", kind, callId: null, data: {} })),
        );
        expect(journal.append(head.seq, more)).toBe(true);
        head = more.at(-1) as typeof head;
      }
      expect(await journal.checkpoint?.()).toMatchObject({ seq: 12_100, kind: "checkpoint" });
      const [first] = await journal.read(0, 1);
      expect(first?.seq).toBeGreaterThan(1);
      expect(first?.seq).toBeLessThanOrEqual(2100);
      expect((await journal.read(12_098)).map(({ seq }) => seq)).toEqual([12_099, 12_100]);
    });
  });
}

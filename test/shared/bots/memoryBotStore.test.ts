import { expect, test } from "vitest";
import { memoryBotStore, type BotStore, type Claim } from "../../../src/bots/index.ts";
import { chainEntries, EMPTY_JOURNAL } from "../../../src/tools/journal/chain.ts";
import { testBotStore } from "../../support/botStoreContract.ts";

let store: BotStore | undefined;
testBotStore((isNew) => (store = isNew ? memoryBotStore() : (store ?? memoryBotStore())));

function finish(to: BotStore, scheduledTime: number): void {
  const tick = { scheduledTime, cron: "test" };
  const claim = to.claim(tick, scheduledTime, 90_000) as Claim;
  const record = {
    tick,
    fence: claim.fence,
    startedAt: new Date(scheduledTime).toISOString(),
    duration: 0,
    outcome: "held",
    reason: "nothing to do",
    reconciled: [],
    order: null,
    undecided: [],
    missed: 0,
    cursor: null,
    requests: 0,
    error: null,
  } as const;
  to.finish(claim, record, { open: [], memory: { last: scheduledTime } });
}

test("a fork begins with the same history, memory and journal, and goes its own way", async () => {
  const original = memoryBotStore();
  finish(original, 1);
  const entry = { time: new Date(0).toISOString(), toolbox: "t", kind: "halted", callId: null, data: { reason: "r" } };
  await original.journal.append(0, chainEntries(EMPTY_JOURNAL, [entry]));
  const fork = original.fork();
  expect(fork.runs(10)).toEqual(original.runs(10));
  expect(await fork.journal.read(0)).toEqual(await original.journal.read(0));
  expect((fork.claim({ scheduledTime: 2, cron: "test" }, 2, 90_000) as Claim).memory).toEqual({ last: 1 });
  finish(original, 3);
  expect(fork.runs(10)).toHaveLength(1);
  expect(original.runs(10)).toHaveLength(2);
  expect(fork.fork().claim({ scheduledTime: 4, cron: "test" }, 4, 90_000)).toBe("running");
});

test("a store keeps no more runs and entries than it is told to", async () => {
  const small = memoryBotStore({ maxRuns: 3, maxEntries: 5 });
  for (let time = 1; time <= 10; time++) finish(small, time);
  expect(small.runs(100).map(({ tick }) => tick.scheduledTime)).toEqual([10, 9, 8]);
  const time = new Date(0).toISOString();
  const records = Array.from({ length: 40 }, (_, index) => ({
    time,
    toolbox: "t",
    kind: index % 10 === 9 ? "checkpoint" : "note",
    callId: null,
    data: {},
  }));
  await small.journal.append(0, chainEntries(EMPTY_JOURNAL, records));
  const kept = await small.journal.read(0);
  expect(kept.length).toBeLessThanOrEqual(10);
  expect(kept.at(-1)?.seq).toBe(40);
  expect((await small.journal.checkpoint?.())?.seq).toBe(40);
});

test("sizes must be whole numbers", () => {
  expect(() => memoryBotStore({ maxRuns: 0, maxEntries: 1.5 })).toThrow(
    "memoryBotStore: maxRuns must be a whole number of at least 1; maxEntries must be a whole number of at least 1",
  );
});

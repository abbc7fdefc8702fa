// A process can end at any step of a call. The next one finds out what it did.
import { describe, expect, test } from "vitest";
import { memoryJournal } from "../../../src/tools/journal/memoryJournal.ts";
import type { JournalStore, Toolbox } from "../../../src/tools/index.ts";
import { codeOf, mandate, setUpToolbox, type ToolboxSetup } from "../../support/toolboxSetup.ts";

const buy = { symbol: "BTCUSDT", side: "buy", quantity: "1" };
const limits = { ...mandate, maxPerDay: "150" };
const never = <T>(): Promise<T> => new Promise(() => {});

/** A journal whose process ends before or after it appends an entry of a kind. */
function crashingJournal(store: JournalStore, kind: string, when: "before" | "after"): JournalStore {
  let isOver = false;
  return {
    read: (after) => (isOver ? never() : store.read(after)),
    append(after, entries) {
      isOver ||= entries.some((entry) => entry.kind === kind);
      if (!isOver) return store.append(after, entries);
      if (when === "after") void store.append(after, entries);
      return never();
    },
  };
}

async function crash(setup: ToolboxSetup, kind: string, when: "before" | "after"): Promise<void> {
  const dying = setup.another({ journal: crashingJournal(setup.journal, kind, when) });
  void dying.run("placeMarketOrder", buy, { callId: "a" });
  await setup.lossy.clock.advance(1000);
}

const used = async (toolbox: Toolbox) => (await toolbox.status()).used;

describe("a process that ends", () => {
  test.each([
    ["reserved", "before", 0],
    ["reserved", "after", 0],
    ["asking", "before", 0],
    ["asking", "after", 0],
    ["approved", "before", 0],
    ["approved", "after", 0],
    ["sending", "before", 0],
    ["sending", "after", 0],
    ["settled", "before", 1],
    ["settled", "after", 1],
  ] as const)("when %s, %s it is written: the same call in the next one has one effect", async (kind, when, sent) => {
    const setup = await setUpToolbox({ mandate: limits, approve: { above: "0", ask: () => true } });
    const { toolbox, drive, orderCount, run } = setup;
    await crash(setup, kind, when);
    expect(await orderCount()).toBe(sent);
    const result = await drive(toolbox.run("placeMarketOrder", buy, { callId: "a" }));
    const isLost = kind === "sending" && when === "after";
    expect(codeOf(result)).toBe(isLost ? "ORDER_NOT_EXECUTED" : "ok");
    expect(await orderCount()).toBe(isLost ? 0 : 1);
    expect(await used(toolbox)).toMatchObject({ orders: isLost ? 0 : 1, unknown: 0 });
    expect(codeOf(await run("placeMarketOrder", buy, { callId: "b" }))).toBe(isLost ? "ok" : "LIMIT_EXCEEDED");
  });

  test("before it sends does not use up the limits for ever", async () => {
    const setup = await setUpToolbox({ mandate: limits });
    await crash(setup, "sending", "before");
    expect(codeOf(await setup.run("placeMarketOrder", buy, { callId: "b" }))).toBe("LIMIT_EXCEEDED");
    await setup.lossy.clock.advance(5000);
    expect(codeOf(await setup.run("placeMarketOrder", buy, { callId: "c" }))).toBe("ok");
  });

  test("after it sent counts until the next call has reconciled it", async () => {
    const setup = await setUpToolbox({ mandate: limits });
    const { toolbox, run, orderCount, entries } = setup;
    await crash(setup, "settled", "before");
    expect(await used(toolbox)).toMatchObject({ orders: 1, unknown: 1 });
    expect(codeOf(await run("placeMarketOrder", buy, { callId: "b" }))).toBe("LIMIT_EXCEEDED");
    expect(await used(toolbox)).toMatchObject({ orders: 1, unknown: 0, value: "100.11001" });
    expect(await orderCount()).toBe(1);
    expect((await entries()).some(({ kind, callId }) => kind === "settled" && callId === "a")).toBe(true);
  });

  test("and was only slow cannot send what the next one has taken over", async () => {
    const { another, journal, drive, orderCount, lossy } = await setUpToolbox({ mandate: limits });
    let isSlow = true;
    const slow = another({
      journal: {
        read: (after) => journal.read(after),
        append: async (after, entries) => {
          if (isSlow && entries.some(({ kind }) => kind === "sending"))
            await new Promise<void>((resolve) => void lossy.clock.setTimeout(resolve, 10_000));
          return journal.append(after, entries);
        },
      },
    });
    const first = slow.run("placeMarketOrder", buy, { callId: "a" });
    await lossy.clock.advance(500);
    const second = await drive(another().run("placeMarketOrder", buy, { callId: "a" }));
    expect(codeOf(second)).toBe("ok");
    isSlow = false;
    const late = await drive(first);
    expect([second, { ...second, repeated: true }, "CALL_IN_PROGRESS"]).toContainEqual(late.ok ? late : codeOf(late));
    expect(await orderCount()).toBe(1);
  });
});

describe("a lost answer", () => {
  test.each(["lost after", "never answered", { executesAfter: 4000 }] as const)(
    "keeps the reservation, and the next call finds out first: %o",
    async (fate) => {
      const { lossy, run, another, drive, toolbox, orderCount } = await setUpToolbox({ mandate: limits });
      const isExecuted = fate !== "never answered";
      lossy.fates.push(fate);
      const client = another({}, { timeout: 2000 });
      const lost = await drive(client.run("placeMarketOrder", buy, { callId: "a" }));
      expect(lost).toMatchObject({ ok: false, error: { code: "ORDER_OUTCOME_UNKNOWN" } });
      expect(await used(client)).toMatchObject({ orders: 1, unknown: 1 });
      expect(codeOf(await run("placeMarketOrder", buy, { callId: "b" }))).toBe(isExecuted ? "LIMIT_EXCEEDED" : "ok");
      expect(await used(toolbox)).toMatchObject({ orders: 1, unknown: 0 });
      const found = await drive(client.run("placeMarketOrder", buy, { callId: "a" }));
      expect(found).toMatchObject({ repeated: true });
      expect(codeOf(found)).toBe(isExecuted ? "ok" : "ORDER_NOT_EXECUTED");
      expect(await orderCount()).toBe(1);
    },
  );

  test("of equal orders of two processes: each finds its own", async () => {
    const { lossy, another, drive, orderCount, entries } = await setUpToolbox();
    lossy.fates.push("lost after", "lost after");
    const [one, two] = [another(), another()];
    const lost = await drive(
      Promise.all([
        one.run("placeMarketOrder", buy, { callId: "a" }),
        two.run("placeMarketOrder", buy, { callId: "b" }),
      ]),
    );
    expect(lost.map(codeOf)).toEqual(["ORDER_OUTCOME_UNKNOWN", "ORDER_OUTCOME_UNKNOWN"]);
    for (let tries = 0; tries < 3; tries++) {
      await drive(one.run("placeMarketOrder", buy, { callId: "a" }));
      await drive(two.run("placeMarketOrder", buy, { callId: "b" }));
    }
    expect(await orderCount()).toBe(2);
    const settled = (await entries()).filter(({ kind }) => kind === "settled").map(({ data }) => data["orderId"]);
    expect(new Set(settled).size).toBe(settled.length);
  });

  test("of a journal: an entry that was written before it failed counts as written", async () => {
    const healthy = memoryJournal();
    const journal: JournalStore = {
      ...healthy,
      append(after, entries) {
        void healthy.append(after, entries);
        throw new Error("the answer of the database was lost");
      },
    };
    const { run, orderCount } = await setUpToolbox({ journal, mandate: limits });
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("ok");
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("LIMIT_EXCEEDED");
    expect(await orderCount()).toBe(1);
  });
});

// What programs, people, the exchange and clocks do at the worst moment breaks no promise of a toolbox.
import { describe, expect, test } from "vitest";
import { memoryJournal } from "../../../src/tools/journal/memoryJournal.ts";
import { verifyJournal } from "../../../src/tools/journal/verifyJournal.ts";
import type { ApprovalRequest, JournalStore, RunOptions, Toolbox } from "../../../src/tools/index.ts";
import type { Clock } from "../../../src/transport/index.ts";
import { codeOf, mandate, setUpToolbox, type ToolboxSetup } from "../../support/toolboxSetup.ts";

const buy = { symbol: "BTCUSDT", side: "buy", quantity: "1" };
const HOUR = 3_600_000;

/** A journal that waits before it appends an entry of a kind, or cannot append it. */
function troubledJournal(kind: string, trouble: () => Promise<void>): JournalStore {
  const healthy = memoryJournal();
  return {
    ...healthy,
    async append(after, entries) {
      if (entries.some((entry) => entry.kind === kind)) await trouble();
      return healthy.append(after, entries);
    },
  };
}

const openOrders = ({ drive, lossy }: ToolboxSetup) => drive(lossy.createClient().getOpenOrders());

test("a refusal that comes after another run of the call has been let through tells what became of that", async () => {
  const { another, journal, drive, orderCount, toolbox } = await setUpToolbox();
  await drive(toolbox.halt({ reason: "test" }));
  const state = { waits: true };
  const slow = another({
    journal: {
      ...journal,
      async append(after, entries) {
        if (state.waits && entries.some(({ kind }) => kind === "refused")) {
          state.waits = false;
          await toolbox.resume("somebody");
          expect(codeOf(await toolbox.run("placeMarketOrder", buy, { callId: "c1" }))).toBe("ok");
        }
        return journal.append(after, entries);
      },
    },
  });
  const result = await drive(slow.run("placeMarketOrder", buy, { callId: "c1" }));
  expect(codeOf(result)).toBe("ok");
  expect(result.repeated).toBe(true);
  expect(await orderCount()).toBe(1);
});

describe("a person who is asked", () => {
  test("cannot change the order with the request", async () => {
    const { run, lossy, drive } = await setUpToolbox({
      mandate: { ...mandate, maxOrder: "150" },
      approve: {
        above: "0",
        ask(request) {
          Object.assign(request.input, { quantity: "50" });
          return true;
        },
      },
    });
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("ok");
    const orders = await drive(lossy.createClient().listOrders());
    expect(orders.map(({ quantity }) => quantity.toFixed())).toEqual(["1"]);
  });

  test("answers too late by a question that blocks the program", async () => {
    const state = { blocked: 0 };
    const { another, drive, lossy, orderCount } = await setUpToolbox();
    const { clock } = lossy;
    const blocked: Clock = {
      ...clock,
      now: () => clock.now() + state.blocked,
      elapsed: () => clock.elapsed() + state.blocked,
    };
    const ask = (): boolean => {
      state.blocked = 60_000;
      return true;
    };
    const toolbox = another({ approve: { above: "0", validFor: 60_000, ask } }, { clock: blocked });
    expect(codeOf(await drive(toolbox.run("placeMarketOrder", buy)))).toBe("APPROVAL_EXPIRED");
    expect(await orderCount()).toBe(0);
  });

  test("has approved the price of the question only", async () => {
    const setup = await setUpToolbox({
      mandate: { ...mandate, maxOrder: "150" },
      approve: {
        above: "0",
        ask() {
          setup.market.set("BTCUSDT", { price: "1000", volume: "1000000" });
          return true;
        },
      },
    });
    const { run, toolbox, orderCount } = setup;
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("PRICE_MOVED");
    expect(await orderCount()).toBe(0);
    expect((await toolbox.status()).used).toMatchObject({ value: "0", orders: 0 });
  });

  test("and takes days holds up the limits, and answers too late for those of another day", async () => {
    const ask = (): Promise<boolean> =>
      new Promise((resolve) => void setup.lossy.clock.setTimeout(() => resolve(true), 60 * HOUR));
    const setup = await setUpToolbox({
      mandate: { ...mandate, maxExposure: "150" },
      approve: { above: "100", validFor: 96 * HOUR, ask },
    });
    const { toolbox, run, lossy, orderCount } = setup;
    const asked = toolbox.run("placeMarketOrder", buy, { callId: "a" });
    await lossy.clock.advance(0);
    for (let hour = 0; hour < 59; hour++) await lossy.clock.advance(HOUR);
    // Nobody in another process knows how long the person thinks, so that it may release the reservation.
    const second = await run("placeMarketOrder", { ...buy, quantity: "0.9" }, { callId: "b" });
    expect(codeOf(second)).toBe("LIMIT_EXCEEDED");
    await lossy.clock.advance(HOUR);
    expect(codeOf(await setup.drive(asked))).toBe("APPROVAL_EXPIRED");
    expect(await orderCount()).toBe(0);
  });

  test("has not approved what was halted meanwhile, by any process", async () => {
    const ask = (): Promise<boolean> =>
      new Promise((resolve) => void setup.lossy.clock.setTimeout(() => resolve(true), 10_000));
    const setup = await setUpToolbox({ approve: { above: "0", ask } });
    const asked = setup.toolbox.run("placeMarketOrder", buy);
    await setup.lossy.clock.advance(1000);
    const other = setup.another();
    await setup.drive(other.halt());
    await other.resume("Ada");
    expect(codeOf(await setup.drive(asked))).toBe("APPROVAL_INVALID");
    expect(await setup.orderCount()).toBe(0);
  });

  test("has to be asked again after a halt", async () => {
    const { run, toolbox, drive, orderCount } = await setUpToolbox({ approve: { above: "0" } });
    const requestOf = async (callId: string): Promise<ApprovalRequest> => {
      await toolbox.needsApproval("placeMarketOrder", buy, { callId });
      const result = await run("placeMarketOrder", buy, { callId });
      if (result.ok || result.approvalRequest === undefined) throw new Error("nobody was asked");
      return result.approvalRequest;
    };
    const before = [await requestOf("a"), await requestOf("b")] as const;
    const approval = await toolbox.approve(before[0]);
    await drive(toolbox.halt());
    await toolbox.resume("Ada");
    expect(codeOf(await run("placeMarketOrder", buy, { callId: "a", approval }))).toBe("APPROVAL_INVALID");
    const late = await toolbox.approve(before[1]);
    expect(codeOf(await run("placeMarketOrder", buy, { callId: "b", approval: late }))).toBe("APPROVAL_INVALID");
    expect(await orderCount()).toBe(0);
    const again = await toolbox.approve(await requestOf("c"));
    expect(codeOf(await run("placeMarketOrder", buy, { callId: "c", approval: again }))).toBe("ok");
  });
});

describe("limits", () => {
  test("count a take-profit buy that waits by what it can cost, not by its trigger", async () => {
    const { run } = await setUpToolbox({ mandate: { ...mandate, maxExposure: "1500" } });
    const large = { ...buy, quantity: "10" };
    expect(codeOf(await run("placeTakeProfit", { ...large, triggerPrice: "1" }))).toBe("ok");
    expect(codeOf(await run("placeMarketOrder", large))).toBe("LIMIT_EXCEEDED");
  });

  test("count what an order has cost before it was cancelled", async () => {
    const { lossy, another, drive } = await setUpToolbox({ mandate: { ...mandate, maxPerDay: "1500" } });
    const { fetch: send = fetch } = lossy.clientOptions;
    /** An exchange that has filled 9 of 10 by the time it cancels. */
    const filling = async (url: string, init: RequestInit): Promise<Response> => {
      const response = await send(url, init);
      const isOrder = init.method !== "DELETE" && /\/trade\/order\/[\w-]+$/.test(url);
      if (!isOrder) return response;
      const filled = { executed_qty: "9", executed_price: "90", fee: "0.81" };
      return Response.json({ ...((await response.json()) as object), ...filled });
    };
    const toolbox = another({}, { fetch: filling });
    const large = { ...buy, quantity: "10" };
    const placed = await drive(toolbox.run("placeLimitOrder", { ...large, price: "90" }));
    const orderId = placed.ok ? (placed.data as { orderId: string }).orderId : "";
    expect(codeOf(await drive(toolbox.run("cancelOrder", { orderId })))).toBe("ok");
    expect((await toolbox.status()).used).toMatchObject({ value: "810.81" });
    expect(codeOf(await drive(toolbox.run("placeMarketOrder", large)))).toBe("LIMIT_EXCEEDED");
  });
});

describe("a halt", () => {
  test.each([null, 5, { reason: null }, { reason: 5 }, { reason: new Error("it loses money") }])(
    "halts whatever a program passes: %o",
    async (given) => {
      const { toolbox, drive, run } = await setUpToolbox();
      await drive(toolbox.halt(given as unknown as Parameters<Toolbox["halt"]>[0]));
      expect(codeOf(await run("placeMarketOrder", buy))).toBe("HALTED");
    },
  );

  test("while a write is recorded comes before it", async () => {
    const journal = troubledJournal("sending", () => wait());
    const { toolbox, drive, lossy } = await setUpToolbox({ tools: "all", journal });
    const wait = (): Promise<void> => new Promise((resolve) => void lossy.clock.setTimeout(resolve, 1000));
    const write = toolbox.run("resetAccount", {});
    await lossy.clock.advance(500);
    const halt = toolbox.halt();
    expect(codeOf(await drive(write))).toBe("HALTED");
    await drive(halt);
    expect(lossy.sent).toHaveLength(0);
  });

  test("while a person resumes is not ended by that, even if it cannot be recorded", async () => {
    const healthy = memoryJournal();
    const state = { broken: false };
    const journal: JournalStore = {
      ...healthy,
      async append(after, entries) {
        if (entries[0]?.kind === "halted" && state.broken) throw new Error("disk full");
        if (entries[0]?.kind === "resumed")
          await new Promise<void>((resolve) => void lossy.clock.setTimeout(resolve, 1000));
        return healthy.append(after, entries);
      },
    };
    const { toolbox, drive, run, lossy } = await setUpToolbox({ journal });
    await drive(toolbox.halt());
    const resumed = toolbox.resume("Ada");
    await lossy.clock.advance(100);
    state.broken = true;
    const report = await drive(toolbox.halt());
    await drive(resumed);
    expect(report.problems.join()).toContain("The halt could not be recorded");
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("HALTED");
    await drive(toolbox.resume("Ada"));
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("ok");
  });

  test("waits for an order whose response was lost, and cancels it when it arrives", async () => {
    const setup = await setUpToolbox();
    const { lossy, run, toolbox, drive } = setup;
    lossy.fates.push(8000);
    const lost = await run("placeLimitOrder", { ...buy, price: "90" }, { callId: "a" });
    expect(codeOf(lost)).toBe("ORDER_OUTCOME_UNKNOWN");
    expect(await drive(toolbox.halt())).toMatchObject({ cancelled: 1, problems: [] });
    await lossy.clock.advance(20_000);
    expect(await openOrders(setup)).toEqual([]);
  });

  test("cancels an order that is found only later", async () => {
    const setup = await setUpToolbox();
    const { lossy, run, another, drive } = setup;
    lossy.fates.push("lost after");
    await run("placeLimitOrder", { ...buy, price: "90" }, { callId: "a" });
    // The process that halts ends at once.
    void another({}, { fetch: () => new Promise(() => {}) }).halt();
    await lossy.clock.advance(0);
    const again = (one: Toolbox) => drive(one.run("placeLimitOrder", { ...buy, price: "90" }, { callId: "a" }));
    expect(codeOf(await again(another()))).toBe("ok");
    expect(await openOrders(setup)).toEqual([]);
  });
});

describe("a program", () => {
  test.each([null, 5, { signal: null }, { signal: 5 }, { signal: {} }, { callId: "" }, { callId: "eyJa.b.c" }])(
    "gets a result for invalid options: %o",
    async (options) => {
      const { run, lossy } = await setUpToolbox();
      for (const [tool, input] of [
        ["placeMarketOrder", buy],
        ["getPrice", { symbol: "BTCUSDT" }],
      ] as const)
        expect(codeOf(await run(tool, input, options as unknown as RunOptions))).toBe("INVALID_OPTIONS");
      expect(lossy.sent).toHaveLength(0);
    },
  );

  test("cannot change the journal with a result", async () => {
    const { run, another, drive, journal } = await setUpToolbox();
    const result = await run("placeMarketOrder", buy, { callId: "a" });
    if (result.ok) Object.assign(result.data as object, { status: "cancelled" });
    expect(verifyJournal(await journal.read(0))).toMatchObject({ ok: true });
    const again = await drive(another().run("placeMarketOrder", buy, { callId: "a" }));
    expect(again).toMatchObject({ ok: true, repeated: true, data: { status: "filled" } });
  });
});

test("errors of the exchange are small, and show what they contain", async () => {
  const message = `\u{202e}ak_live_abcdef ${"é".repeat(50_000)}`;
  const details = { items: Array.from({ length: 3000 }, (_, index) => `item ${index}`), key: "ak_live_abcdef" };
  const { another, drive } = await setUpToolbox();
  const toolbox = another(
    {},
    { fetch: async () => Response.json({ error: { code: "ORDER_REJECTED", message, details } }, { status: 400 }) },
  );
  for (const [tool, input] of [
    ["getPrice", { symbol: "BTCUSDT" }],
    ["cancelAllOrders", {}],
    ["placeMarketOrder", buy],
  ] as const) {
    const text = JSON.stringify(await drive(toolbox.run(tool, input)));
    expect(new TextEncoder().encode(text).length).toBeLessThan(8192);
    expect(text).toContain("[U+202E]");
    expect(text).not.toContain("abcdef");
  }
});

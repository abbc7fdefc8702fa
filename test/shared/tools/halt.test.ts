// A halt stops everything but reads, whatever fails, until a person resumes.
import { describe, expect, test } from "vitest";
import { memoryJournal } from "../../../src/tools/journal/memoryJournal.ts";
import { codeOf, mandate, setUpToolbox } from "../../support/toolboxSetup.ts";

const buy = { symbol: "BTCUSDT", side: "buy", quantity: "1" };
const sell = { ...buy, side: "sell" };

describe("a halt", () => {
  test("cancels orders and refuses everything but reads, in every process, until a person resumes", async () => {
    const { run, toolbox, another, drive, lossy, orderCount } = await setUpToolbox();
    const other = another();
    await run("placeMarketOrder", buy);
    await run("placeLimitOrder", { ...buy, price: "90" });
    const placed = await run("placeLimitOrder", { ...buy, price: "80" });
    expect(await drive(toolbox.halt({ reason: "it loses money" }))).toEqual({
      cancelled: 2,
      flattened: null,
      problems: [],
    });
    expect(await drive(lossy.createClient().getOpenOrders())).toEqual([]);
    const orderId = placed.ok ? (placed.data as { orderId: string }).orderId : "";
    for (const one of [toolbox, other, another()]) {
      for (const [tool, input] of [
        ["placeMarketOrder", buy],
        ["placeMarketOrder", sell],
        ["cancelOrder", { orderId }],
        ["cancelAllOrders", {}],
      ] as const)
        expect(await drive(one.run(tool, input))).toMatchObject({ ok: false, error: { code: "HALTED" } });
      expect(codeOf(await drive(one.run("getPrice", { symbol: "BTCUSDT" })))).toBe("ok");
      expect((await one.status()).halted).toMatchObject({ reason: "it loses money" });
      await one.close();
    }
    const next = another();
    expect(codeOf(await drive(next.run("placeMarketOrder", buy)))).toBe("HALTED");
    await expect(next.resume("")).rejects.toThrow("must name the person");
    await next.resume("Ada");
    expect(codeOf(await drive(next.run("placeMarketOrder", sell)))).toBe("ok");
    expect(codeOf(await drive(another().run("placeMarketOrder", buy)))).toBe("ok");
    expect(await orderCount()).toBe(5);
  });

  test("sells positions if asked, and records that", async () => {
    const { run, toolbox, drive, lossy, entries } = await setUpToolbox();
    await run("placeMarketOrder", buy);
    await run("placeMarketOrder", { ...buy, symbol: "ETHUSDT", quantity: "5" });
    await run("placeLimitOrder", { ...sell, price: "120" });
    expect(await drive(toolbox.halt({ flatten: true }))).toMatchObject({
      flattened: ["BTCUSDT", "ETHUSDT"],
      problems: [],
    });
    expect(await drive(lossy.createClient().getPositions())).toEqual([]);
    const kinds = (await entries()).filter(({ callId }) => callId?.startsWith("halt-")).map(({ kind }) => kind);
    expect(kinds).toEqual(["reserved", "sending", "settled", "reserved", "sending", "settled"]);
  });

  test("holds although cancelling fails", async () => {
    const { another, drive, lossy } = await setUpToolbox();
    const offline = another({}, { fetch: async () => Promise.reject(new TypeError("fetch failed")) });
    const report = await drive(offline.halt({ flatten: true }));
    expect(report).toMatchObject({ cancelled: null, flattened: null });
    expect(report.problems.join()).toContain("Orders could not be cancelled");
    expect(codeOf(await drive(another().run("placeMarketOrder", buy)))).toBe("HALTED");
    expect(lossy.sent).toHaveLength(0);
  });

  test("holds here although the journal cannot be written, and says so", async () => {
    const healthy = memoryJournal();
    const state = { broken: false };
    const journal = {
      ...healthy,
      append: (...given: Parameters<typeof healthy.append>) => {
        if (state.broken) throw new Error("disk full");
        return healthy.append(...given);
      },
    };
    const { toolbox, drive, run, orderCount } = await setUpToolbox({ journal });
    state.broken = true;
    const report = await drive(toolbox.halt());
    expect(report.cancelled).toBe(0);
    expect(report.problems.join()).toContain("The halt could not be recorded");
    await expect(toolbox.resume("Ada")).rejects.toThrow("The journal could not be written");
    state.broken = false;
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("HALTED");
    await toolbox.resume("Ada");
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("ok");
    expect(await orderCount()).toBe(1);
  });

  test("also cancels an order that was sent before it and arrives after it, here and in another process", async () => {
    const { toolbox, another, drive, lossy } = await setUpToolbox();
    const other = another();
    lossy.fates.push({ executesAfter: 3000 }, { executesAfter: 3000 });
    const running = [toolbox, other].map((one) => one.run("placeLimitOrder", { ...buy, price: "90" }));
    while (lossy.sent.length < 2) await lossy.clock.advance(10);
    await drive(toolbox.halt());
    expect((await drive(Promise.all(running))).map(codeOf)).toEqual(["ok", "ok"]);
    expect(await drive(lossy.createClient().getOpenOrders())).toEqual([]);
  });
});

describe("the dead man's timer", () => {
  test("halts if nobody calls alive(), and starts again with resume()", async () => {
    const { toolbox, run, lossy, drive } = await setUpToolbox({ deadMansTimer: 60_000 });
    await run("placeLimitOrder", { ...buy, price: "90" });
    await lossy.clock.advance(50_000);
    toolbox.alive();
    await lossy.clock.advance(50_000);
    expect((await toolbox.status()).halted).toBe(false);
    await lossy.clock.advance(20_000);
    expect((await toolbox.status()).halted).toMatchObject({ reason: "nobody called alive() for 60000 ms" });
    expect(await drive(lossy.createClient().getOpenOrders())).toEqual([]);
    toolbox.alive();
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("HALTED");
    await toolbox.resume("Ada");
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("ok");
    await lossy.clock.advance(61_000);
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("HALTED");
    await toolbox.close();
  });

  test("refuses orders even if the timer did not run", async () => {
    const { another, drive, lossy, orderCount } = await setUpToolbox({ deadMansTimer: 60_000 });
    const asleep = another(
      {},
      { clock: { ...lossy.clock, setTimeout: (work, ms) => (ms > 40_000 ? 0 : lossy.clock.setTimeout(work, ms)) } },
    );
    await lossy.clock.advance(61_000);
    expect(codeOf(await drive(asleep.run("placeMarketOrder", buy)))).toBe("HALTED");
    expect(await orderCount()).toBe(0);
  });

  test("is cleared by close()", async () => {
    const { toolbox, lossy } = await setUpToolbox({ deadMansTimer: 60_000, mandate });
    const { pending } = lossy.clock;
    await toolbox.close();
    expect(lossy.clock.pending).toBe(pending - 1);
  });
});

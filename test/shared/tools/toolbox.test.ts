// What a toolbox refuses, records and sends.
import { describe, expect, test } from "vitest";
import { createToolbox } from "../../../src/tools/toolbox/createToolbox.ts";
import { memoryJournal } from "../../../src/tools/journal/memoryJournal.ts";
import type { Mandate, ToolboxOptions } from "../../../src/tools/index.ts";
import { codeOf, mandate, setUpToolbox } from "../../support/toolboxSetup.ts";

const buy = { symbol: "BTCUSDT", side: "buy", quantity: "1" };
const sell = { ...buy, side: "sell" };

describe("a call ID", () => {
  test("has one effect, here, at the same time, in another process, and one outcome", async () => {
    const { run, another, drive, orderCount, toolbox } = await setUpToolbox();
    const [first, second] = await drive(
      Promise.all([1, 2].map(() => toolbox.run("placeMarketOrder", buy, { callId: "a" }))),
    );
    expect(first).toMatchObject({ ok: true, callId: "a", data: { status: "filled" } });
    expect(second).toEqual({ ...first, repeated: true });
    expect(await run("placeMarketOrder", { ...buy, quantity: 1 }, { callId: "a" })).toEqual({
      ...first,
      repeated: true,
    });
    expect(await drive(another().run("placeMarketOrder", buy, { callId: "a" }))).toEqual({ ...first, repeated: true });
    expect(await orderCount()).toBe(1);
  });

  test("cannot be used for another tool or input", async () => {
    const { run, another, drive, orderCount } = await setUpToolbox();
    await run("placeMarketOrder", buy, { callId: "a" });
    expect(codeOf(await run("placeMarketOrder", { ...buy, quantity: "2" }, { callId: "a" }))).toBe("CALL_ID_REUSED");
    expect(codeOf(await run("placeMarketOrder", { quantity: "2" }, { callId: "a" }))).toBe("CALL_ID_REUSED");
    expect(codeOf(await run("cancelAllOrders", {}, { callId: "a" }))).toBe("CALL_ID_REUSED");
    expect(codeOf(await drive(another().run("cancelAllOrders", {}, { callId: "a" })))).toBe("CALL_ID_REUSED");
    expect(await orderCount()).toBe(1);
  });

  test("keeps its refusal", async () => {
    const { run, another, drive } = await setUpToolbox({ mandate: { ...mandate, maxOrder: "50" } });
    const first = await run("placeMarketOrder", buy, { callId: "a" });
    expect(codeOf(first)).toBe("LIMIT_EXCEEDED");
    const later = another({ mandate });
    expect(await drive(later.run("placeMarketOrder", buy, { callId: "a" }))).toEqual({ ...first, repeated: true });
  });

  test("of a cancellation has one effect", async () => {
    const { run, lossy, another, drive } = await setUpToolbox();
    await run("placeLimitOrder", { ...buy, price: "90" });
    const first = await run("cancelAllOrders", {}, { callId: "c" });
    expect(first).toMatchObject({ ok: true, data: { cancelledCount: 1 } });
    await drive(lossy.createClient().placeLimitOrder({ ...buy, side: "buy", price: "90" }));
    expect(await drive(another().run("cancelAllOrders", {}, { callId: "c" }))).toEqual({ ...first, repeated: true });
    expect(await drive(lossy.createClient().getOpenOrders())).toHaveLength(1);
  });
});

describe("limits", () => {
  test.each<[string, Partial<Mandate>, number]>([
    ["maxPerDay", { maxPerDay: "350" }, 3],
    ["maxOrdersPerDay", { maxOrdersPerDay: 4 }, 4],
    ["maxExposure", { maxExposure: "250" }, 2],
  ])("hold for orders at the same time, in two processes: %s", async (_name, limits, placed) => {
    const { toolbox, another, drive, orderCount } = await setUpToolbox({ mandate: { ...mandate, ...limits } });
    const other = another();
    const results = await drive(
      Promise.all(Array.from({ length: 20 }, (_, at) => (at % 2 ? toolbox : other).run("placeMarketOrder", buy))),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(placed);
    expect(new Set(results.map(codeOf))).toEqual(new Set(["ok", "LIMIT_EXCEEDED"]));
    expect(await orderCount()).toBe(placed);
  });

  test("size a limit order by the larger of its price and the quote, with the fee", async () => {
    const { run } = await setUpToolbox({ mandate: { ...mandate, maxOrder: "110" } });
    expect(codeOf(await run("placeLimitOrder", { ...buy, price: "110" }))).toBe("LIMIT_EXCEEDED");
    expect(codeOf(await run("placeLimitOrder", { ...buy, price: "109" }))).toBe("ok");
    expect(codeOf(await run("placeLimitOrder", { ...buy, quantity: "1.1", price: "50" }))).toBe("LIMIT_EXCEEDED");
    expect(codeOf(await run("placeTakeProfit", { ...buy, triggerPrice: "110" }))).toBe("LIMIT_EXCEEDED");
    expect(codeOf(await run("placeStopLoss", { ...buy, triggerPrice: "110" }))).toBe("LIMIT_EXCEEDED");
  });

  test("count pending orders towards the exposure until they are cancelled", async () => {
    const { run, toolbox, drive } = await setUpToolbox({
      mandate: { ...mandate, maxExposure: "150", maxPerDay: "250" },
    });
    const placed = await run("placeLimitOrder", { ...buy, price: "90" });
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("LIMIT_EXCEEDED");
    const orderId = placed.ok ? (placed.data as { orderId: string }).orderId : "";
    expect(codeOf(await run("cancelOrder", { orderId }))).toBe("ok");
    expect((await drive(toolbox.status())).used).toMatchObject({ value: "0", orders: 1 });
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("ok");
  });

  test("count what a limit order really cost once it is filled, and nothing once it is cancelled elsewhere", async () => {
    const { run, toolbox, drive, market, lossy } = await setUpToolbox({ mandate: { ...mandate, maxPerDay: "1000" } });
    await run("placeLimitOrder", { ...buy, price: "90" });
    market.set("BTCUSDT", { price: "80" });
    lossy.exchange.sweep();
    await run("placeLimitOrder", { ...buy, price: "50" });
    await drive(lossy.createClient().cancelAllOrders());
    expect(codeOf(await run("placeMarketOrder", { ...buy, quantity: "0.2" }))).toBe("ok");
    const { value, orders } = (await drive(toolbox.status())).used;
    expect(Number(value)).toBeGreaterThan(96);
    expect(Number(value)).toBeLessThan(97);
    expect(orders).toBe(3);
  });

  test("do not stop sells that reduce a position, but those of more than the position", async () => {
    const { run, toolbox, drive } = await setUpToolbox({ mandate: { ...mandate, maxOrder: "150", maxPerDay: "160" } });
    await run("placeMarketOrder", { ...buy, quantity: "1.4" });
    expect(codeOf(await run("placeMarketOrder", { ...sell, quantity: "1.5" }))).toBe("LIMIT_EXCEEDED");
    const results = await drive(
      Promise.all(Array.from({ length: 4 }, () => toolbox.run("placeMarketOrder", { ...sell, quantity: "0.7" }))),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(2);
    expect(new Set(results.map(codeOf))).toEqual(new Set(["ok", "LIMIT_EXCEEDED"]));
  });

  test("count a sell that waits against further sells", async () => {
    const { run } = await setUpToolbox({ mandate: { ...mandate, maxPerDay: "110" } });
    await run("placeMarketOrder", buy);
    expect(codeOf(await run("placeLimitOrder", { ...sell, price: "120" }))).toBe("ok");
    expect(codeOf(await run("placeMarketOrder", sell))).toBe("LIMIT_EXCEEDED");
  });

  test("begin anew on the next UTC day of the exchange, whatever the local clock says", async () => {
    const { run, lossy } = await setUpToolbox({ mandate: { ...mandate, maxOrdersPerDay: 1 } });
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("ok");
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("LIMIT_EXCEEDED");
    await lossy.clock.advance(11 * 3_600_000);
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("ok");
  });

  test("are those of the mandate when the toolbox was created", async () => {
    const given: Mandate & { maxOrder: string; symbols: string[] } = {
      ...mandate,
      maxOrder: "50",
      symbols: ["BTCUSDT"],
    };
    const { run } = await setUpToolbox({ mandate: given });
    given.maxOrder = "5000";
    given.symbols.push("ETHUSDT");
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("LIMIT_EXCEEDED");
    expect(codeOf(await run("placeMarketOrder", { ...buy, symbol: "ETHUSDT" }))).toBe("SYMBOL_NOT_ALLOWED");
  });
});

describe("a drawdown", () => {
  test("halts the toolbox when it is reached, until a person resumes it", async () => {
    const { run, market, toolbox, drive, lossy } = await setUpToolbox({
      mandate: { ...mandate, maxDrawdownPct: "0.1" },
    });
    expect(await run("placeMarketOrder", { ...buy, quantity: "9000" })).toMatchObject({ ok: true });
    await run("placeLimitOrder", { ...buy, price: "50" });
    market.set("BTCUSDT", { price: "60" });
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("HALTED");
    expect((await toolbox.status()).halted).toMatchObject({ reason: "the drawdown reached 0.1 %" });
    expect(await drive(lossy.createClient().getOpenOrders())).toEqual([]);
    await toolbox.resume("Ada");
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("ok");
  });

  test("is also seen by a read of the portfolio", async () => {
    const { run, market, toolbox, lossy } = await setUpToolbox({ mandate: { ...mandate, maxDrawdownPct: "0.1" } });
    expect(await run("placeMarketOrder", { ...buy, quantity: "9000" })).toMatchObject({ ok: true });
    market.set("BTCUSDT", { price: "60" });
    await run("getPortfolio", {});
    await lossy.clock.advance(1000);
    expect((await toolbox.status()).halted).not.toBe(false);
  });
});

describe("the mandate", () => {
  test("is needed for anything but reads", async () => {
    const { run, orderCount } = await setUpToolbox({ mandate: undefined });
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("NO_MANDATE");
    expect(codeOf(await run("cancelAllOrders", {}))).toBe("NO_MANDATE");
    expect(codeOf(await run("getPrice", { symbol: "BTCUSDT" }))).toBe("ok");
    expect(await orderCount()).toBe(0);
  });

  test("ends, also while a person is asked", async () => {
    const { run, lossy, another, drive, orderCount } = await setUpToolbox({
      mandate: { ...mandate, until: "2026-03-05T14:00:30Z" },
    });
    const slow = another({
      approve: {
        above: "0",
        ask: () => new Promise((resolve) => void lossy.clock.setTimeout(() => resolve(true), 60_000)),
      },
    });
    expect(codeOf(await drive(slow.run("placeMarketOrder", buy)))).toBe("MANDATE_EXPIRED");
    expect(codeOf(await run("placeMarketOrder", buy))).toBe("MANDATE_EXPIRED");
    expect(codeOf(await run("getPrice", { symbol: "BTCUSDT" }))).toBe("ok");
    expect(await orderCount()).toBe(0);
  });

  test("allows its symbols only, in either case", async () => {
    const { run } = await setUpToolbox({ mandate: { ...mandate, symbols: ["btcusdt"] } });
    expect(codeOf(await run("placeMarketOrder", { ...buy, symbol: "BtcUsdt" }))).toBe("ok");
    expect(codeOf(await run("placeMarketOrder", { ...buy, symbol: "ETHUSDT" }))).toBe("SYMBOL_NOT_ALLOWED");
  });

  test.each<[string, object, string]>([
    [
      "a misspelt limit",
      { ...mandate, maxPerday: "5" },
      'mandate.maxPerday is not a known limit. Did you mean "maxPerDay"?',
    ],
    ["an amount in percent", { ...mandate, maxOrder: "5%" }, "mandate.maxOrder must be"],
    ["no end", { symbols: ["BTCUSDT"] }, "mandate.until must be a time with a time zone"],
    [
      "an end without a time zone",
      { ...mandate, until: "2026-12-31" },
      "mandate.until must be a time with a time zone",
    ],
    ["no symbols", { ...mandate, symbols: [] }, "mandate.symbols must be a list of symbols"],
    ["half an order a day", { ...mandate, maxOrdersPerDay: 0.5 }, "mandate.maxOrdersPerDay must be a whole number"],
    ["no drawdown at all", { ...mandate, maxDrawdownPct: "0" }, "mandate.maxDrawdownPct must be greater than 0"],
  ])("cannot have %s", async (_name, given, message) => {
    const { lossy } = await setUpToolbox();
    expect(() => createToolbox(lossy.createClient(), { mandate: given as Mandate })).toThrow(message);
  });

  test.each<[object, string]>([
    [{ mandat: mandate }, 'Did you mean "mandate"?'],
    [{ approve: { abov: "5" } }, 'Did you mean "above"?'],
    [{ approve: { above: "$5" } }, "approve.above must be an amount"],
    [{ approve: { above: "5", ask: true } }, "approve.ask must be a function"],
    [{ approve: { above: "5", secret: "short" } }, "approve.secret must be a random string"],
    [{ journal: {} }, "journal must have the methods read and append"],
    [{ deadMansTimer: 0 }, "deadMansTimer must be a positive number"],
    [{ tools: ["placeMarketOrders"] }, 'Did you mean "placeMarketOrder"?'],
  ])("and the other options are checked: %o", async (given, message) => {
    const { lossy } = await setUpToolbox();
    expect(() => createToolbox(lossy.createClient(), given as ToolboxOptions)).toThrow(message);
  });
});

describe("the set of tools", () => {
  test("decides what runs", async () => {
    const { another, drive, orderCount } = await setUpToolbox();
    const looking = another({ tools: "look" });
    expect(codeOf(await drive(looking.run("placeMarketOrder", buy)))).toBe("TOOL_NOT_AVAILABLE");
    expect(looking.list().every(({ effect }) => effect === "read")).toBe(true);
    const named = another({ tools: ["getPrice"] });
    expect(named.list().map(({ name }) => name)).toEqual(["getPrice"]);
    expect(await drive(named.run("getPrize", {}))).toMatchObject({
      error: { message: expect.stringContaining("getPrice") as string },
    });
    expect(await orderCount()).toBe(0);
  });
});

describe("the result", () => {
  test("is a failure for whatever goes wrong, never a rejection", async () => {
    const { toolbox, drive } = await setUpToolbox();
    const bad: unknown[] = [
      undefined,
      null,
      5,
      "x",
      [],
      () => 1,
      Symbol("x"),
      5n,
      new Map(),
      { symbol: { toJSON: () => 5n } },
    ];
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    for (const input of [
      ...bad,
      circular,
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("trap");
          },
        },
      ),
    ])
      expect(codeOf(await drive(toolbox.run("placeMarketOrder", input)))).toBe("INVALID_INPUT");
    for (const name of [undefined, null, 5, "", "__proto__", "constructor", {}])
      expect(codeOf(await drive(toolbox.run(name as string, {})))).toBe("TOOL_NOT_AVAILABLE");
    for (const options of [{ callId: "" }, { callId: 5 }, { callid: "x" }, { callId: "x".repeat(201) }, { reason: 5 }])
      expect(codeOf(await drive(toolbox.run("getPrice", { symbol: "BTCUSDT" }, options as object)))).toBe(
        "INVALID_OPTIONS",
      );
  });

  test("of a closed toolbox or client is a failure", async () => {
    const { toolbox, another, lossy, drive, orderCount } = await setUpToolbox();
    await toolbox.close();
    expect(codeOf(await drive(toolbox.run("placeMarketOrder", buy)))).toBe("TOOLBOX_CLOSED");
    const client = lossy.createClient();
    const orphan = createToolbox(client, { mandate });
    await client.close();
    expect(codeOf(await drive(orphan.run("placeMarketOrder", buy)))).toBe("CLIENT_CLOSED");
    expect(codeOf(await drive(another().run("placeMarketOrder", buy)))).toBe("ok");
    expect(await orderCount()).toBe(1);
  });

  test("of an aborted call is a failure, and nothing was sent", async () => {
    const { run, orderCount, toolbox } = await setUpToolbox();
    expect(codeOf(await run("placeMarketOrder", buy, { signal: AbortSignal.abort() }))).toBe("ABORTED");
    expect(codeOf(await run("getPrice", { symbol: "BTCUSDT" }, { signal: AbortSignal.abort() }))).toBe("ABORTED");
    expect(await orderCount()).toBe(0);
    expect((await toolbox.status()).used).toMatchObject({ value: "0", unknown: 0 });
  });
});

describe("the journal", () => {
  test("says of each call who, what, why, and what it did to the limits", async () => {
    const { run, toolbox, entries } = await setUpToolbox({
      actor: "momentum",
      mandate: { ...mandate, maxPerDay: "150" },
    });
    await run("placeMarketOrder", buy, { callId: "a", reason: "breakout" });
    await run("placeMarketOrder", buy, { callId: "b" });
    await run("getPrice", { symbol: "BTCUSDT" }, { callId: "c", reason: "curious" });
    await toolbox.close();
    const all = await entries();
    expect(all.map(({ kind, callId }) => `${callId} ${kind}`)).toEqual([
      "a reserved",
      "a sending",
      "a settled",
      "b refused",
      "null reads",
    ]);
    expect(all.every((entry) => entry.toolbox === toolbox.id)).toBe(true);
    expect(toolbox.id).toMatch(/^momentum:/);
    expect(all[0]?.data).toMatchObject({
      tool: "placeMarketOrder",
      input: buy,
      reason: "breakout",
      before: { value: "0", orders: 0 },
      after: { orders: 1 },
    });
    expect(all[2]?.data).toMatchObject({ outcome: "filled", value: "100.11001", result: { ok: true } });
    expect(all[3]?.data).toMatchObject({ result: { ok: false, error: { code: "LIMIT_EXCEEDED" } } });
    expect(all[4]?.data).toMatchObject({ calls: [{ callId: "c", tool: "getPrice", ok: true, reason: "curious" }] });
  });

  test("stops everything but reads if it cannot be read, written, or was changed", async () => {
    const healthy = memoryJournal();
    for (const [journal, code] of [
      [
        {
          ...healthy,
          read: () => {
            throw new Error("disk");
          },
        },
        "JOURNAL_FAILED",
      ],
      [
        {
          ...healthy,
          append: () => {
            throw new Error("disk");
          },
        },
        "JOURNAL_FAILED",
      ],
      [{ ...healthy, append: async () => Promise.reject(new Error("disk")) }, "JOURNAL_FAILED"],
      [{ ...healthy, append: () => false }, "JOURNAL_FAILED"],
      [
        {
          ...healthy,
          read: () => [
            {
              seq: 1,
              time: "",
              toolbox: "",
              kind: "resumed",
              callId: null,
              data: {},
              previous: "0".repeat(64),
              hash: "",
            },
          ],
        },
        "JOURNAL_DAMAGED",
      ],
    ] as const) {
      const { run, orderCount } = await setUpToolbox({ journal });
      expect(codeOf(await run("placeMarketOrder", buy, { callId: "a" }))).toBe(code);
      expect(codeOf(await run("cancelAllOrders", {}))).toBe(code);
      expect(codeOf(await run("getPrice", { symbol: "BTCUSDT" }))).toBe("ok");
      expect(await orderCount()).toBe(0);
    }
  });
});

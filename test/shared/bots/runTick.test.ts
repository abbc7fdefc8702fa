// The run of one tick: one order at most, known outcomes, a history that tells everything.
import { describe, expect, test } from "vitest";
import { runTick } from "../../../src/bots/runTick.ts";
import type { Strategy, TickResult } from "../../../src/bots/index.ts";
import {
  getPrice,
  getTicker,
  placeMarketOrder,
  cancelAllOrders,
  openStream,
} from "../../../src/client/operations/index.ts";
import { createToolbox } from "../../../src/tools/index.ts";
import { always, hold, setUpBot, tickAt } from "../../support/botSetup.ts";

const skipped = (why: string): TickResult => ({ kind: "skipped", why }) as TickResult;

describe("a tick", () => {
  test("has one order, and a record that tells of it", async () => {
    const { run, store, orders } = await setUpBot();
    const result = await run(tickAt(0));
    expect(result).toMatchObject({ kind: "ran", isRecorded: true });
    expect(result).not.toHaveProperty("error");
    const [order] = await orders();
    expect(store.runs(10)).toMatchObject([
      {
        tick: tickAt(0),
        outcome: "ordered",
        reason: "test",
        order: { id: order?.orderId, symbol: "BTCUSDT", side: "buy", quantity: "1" },
        missed: 0,
        error: null,
        undecided: [],
      },
    ]);
  });

  test("that comes twice has one order", async () => {
    const { run, orders } = await setUpBot();
    await run(tickAt(0));
    expect(await run(tickAt(0))).toEqual(skipped("done"));
    expect(await orders()).toHaveLength(1);
  });

  test("is skipped while another one runs, and afterwards if it is older", async () => {
    const { options, run, drive, orders } = await setUpBot();
    const first = runTick(options(tickAt(1)));
    expect(await runTick(options(tickAt(1)))).toEqual(skipped("running"));
    expect(await runTick(options(tickAt(2)))).toEqual(skipped("running"));
    await drive(first);
    expect(await run(tickAt(0))).toEqual(skipped("superseded"));
    expect(await orders()).toHaveLength(1);
  });

  test("of another schedule at the same time is another one", async () => {
    const { run, orders } = await setUpBot();
    await run(tickAt(1));
    expect(await run(tickAt(0, "manual"))).toMatchObject({ kind: "ran" });
    expect(await run(tickAt(1, "manual"))).toMatchObject({ kind: "ran" });
    expect(await orders()).toHaveLength(3);
  });

  test("tells how many ticks were missed, and makes up for none", async () => {
    const { record, orders } = await setUpBot();
    expect((await record(tickAt(0))).missed).toBe(0);
    expect((await record(tickAt(5))).missed).toBe(4);
    expect((await record(tickAt(6))).missed).toBe(0);
    expect(await orders()).toHaveLength(3);
  });

  test("is claimed by one of 50 runs that start at once", async () => {
    const { options, drive, orders } = await setUpBot();
    const results = await drive(Promise.all(Array.from({ length: 50 }, () => runTick(options(tickAt(0))))));
    expect(results.filter(({ kind }) => kind === "ran")).toHaveLength(1);
    expect(results.filter((result) => result.kind === "skipped" && result.why === "running")).toHaveLength(49);
    expect(await orders()).toHaveLength(1);
  });

  test.each([
    [{ scheduledTime: Number.NaN, cron: "a" }, "tick.scheduledTime must be Unix milliseconds"],
    [{ scheduledTime: 0, cron: "" }, "tick.cron must be a string of 1 to 100 characters"],
  ])("that is invalid is rejected: %o", async (tick, message) => {
    const { options } = await setUpBot();
    await expect(runTick(options(tick))).rejects.toThrow(message);
  });
});

describe("an order whose outcome is unknown", () => {
  test("is found by its own run", async () => {
    const { lossy, record, orders } = await setUpBot();
    lossy.fates.push("lost after");
    const run = await record(tickAt(0));
    const [order] = await orders();
    expect(run).toMatchObject({ outcome: "ordered", order: { id: order?.orderId } });
  });

  test("is known to be absent after its own run has looked for it", async () => {
    const { lossy, run, orders } = await setUpBot();
    lossy.fates.push("lost before");
    expect(await run(tickAt(0))).toMatchObject({
      error: expect.any(Error) as Error,
      record: { outcome: "failed", error: "ORDER_NOT_EXECUTED", order: null },
    });
    expect(await orders()).toHaveLength(0);
  });

  test("keeps its pair from being traded, and a later run tells of it", async () => {
    const { lossy, record, orders, options, drive } = await setUpBot();
    let isDown = false;
    const client = {
      ...lossy.clientOptions,
      fetch: async (url: string, init: RequestInit): Promise<Response> => {
        if (isDown && !url.includes("/market/")) throw new TypeError("fetch failed");
        if (init.method !== "POST") return lossy.exchange.fetch(url, init);
        isDown = true;
        await lossy.exchange.fetch(url, { method: "POST", headers: init.headers ?? {}, body: init.body ?? "" });
        throw new TypeError("fetch failed");
      },
    };
    expect(await record(tickAt(0), { client })).toMatchObject({
      outcome: "unknown",
      undecided: ["BTCUSDT"],
      order: null,
    });
    // Still down: the strategy gets the other pair only, and an order for this one is refused.
    let seen: readonly string[] = [];
    const strategy: Strategy = {
      name: "test",
      decide(context) {
        seen = context.symbols;
        return always().decide(context);
      },
    };
    expect(await record(tickAt(1), { client, strategy })).toMatchObject({
      outcome: "refused",
      error: "SYMBOL_UNDECIDED",
      undecided: ["BTCUSDT"],
      reconciled: [],
    });
    expect(seen).toEqual(["ETHUSDT"]);
    isDown = false;
    const third = await drive(runTick(options(tickAt(2), { strategy: hold })));
    const [order] = await orders();
    expect(third).toMatchObject({
      record: { outcome: "held", undecided: [], reconciled: [{ tick: tickAt(0), order: { id: order?.orderId } }] },
    });
    expect(await orders()).toHaveLength(1);
  });
});

describe("the mandate", () => {
  test("refuses what is too much", async () => {
    const mandate = { symbols: ["BTCUSDT"], maxOrder: "50", until: "2027-01-01T00:00:00Z" };
    const { run, orders } = await setUpBot({ mandate });
    const result = await run(tickAt(0));
    expect(result).toMatchObject({ record: { outcome: "refused", error: "LIMIT_EXCEEDED" } });
    expect(result).not.toHaveProperty("error");
    expect(await orders()).toHaveLength(0);
  });

  test("of a dry run sends nothing", async () => {
    const { record, orders } = await setUpBot({ dryRun: true });
    expect(await record(tickAt(0))).toMatchObject({ outcome: "simulated", order: null });
    expect(await orders()).toHaveLength(0);
  });

  test("that is halted asks no strategy, until a person resumes it", async () => {
    const { lossy, record, orders, store, drive } = await setUpBot();
    const mandate = { symbols: ["BTCUSDT"], until: "2027-01-01T00:00:00Z" };
    const toolbox = createToolbox(lossy.createClient(), { mandate, journal: store.journal });
    await drive(toolbox.halt({ reason: "a test" }));
    const strategy: Strategy = {
      name: "never",
      decide() {
        throw new Error("asked");
      },
    };
    expect(await record(tickAt(0), { strategy })).toMatchObject({ outcome: "refused", error: "HALTED" });
    await drive(toolbox.resume("somebody"));
    expect(await record(tickAt(1))).toMatchObject({ outcome: "ordered" });
    expect(await orders()).toHaveLength(1);
  });

  test("halts at its drawdown, also when nothing is ordered", async () => {
    const mandate = { symbols: ["BTCUSDT"], maxDrawdownPct: "0.001", until: "2027-01-01T00:00:00Z" };
    const { record, market } = await setUpBot({ mandate });
    const big = always({ input: { symbol: "BTCUSDT", side: "buy", quantity: "900" } });
    expect(await record(tickAt(0), { strategy: big })).toMatchObject({ outcome: "ordered" });
    market.set("BTCUSDT", { price: "50" });
    expect(await record(tickAt(1), { strategy: hold })).toMatchObject({ outcome: "refused", error: "HALTED" });
  });
});

describe("a strategy", () => {
  test.each<[string, Strategy["decide"]]>([
    [
      "places an order",
      (context) => context.client.send(placeMarketOrder, { symbol: "BTCUSDT", side: "buy", quantity: "1" }) as never,
    ],
    ["cancels orders", (context) => context.client.send(cancelAllOrders) as never],
  ])("that %s itself is refused", async (_what, decide) => {
    const { run, orders, lossy } = await setUpBot({ strategy: { name: "hasty", decide } });
    const result = await run(tickAt(0));
    expect(result).toMatchObject({ error: expect.any(Error) as Error, record: { outcome: "failed" } });
    expect(await orders()).toHaveLength(0);
    expect(lossy.sent).toHaveLength(0);
  });

  test.each([
    ["that is not an object", null],
    ["without a reason", { kind: "hold" }],
    ['whose kind is neither "hold" nor "order"', { kind: "sell", reason: "x" }],
    [
      "with a tool that places no order, or several",
      { kind: "order", tool: "cancelAllOrders", input: {}, reason: "x" },
    ],
    ["without the order's input", { kind: "order", tool: "placeMarketOrder", reason: "x" }],
    ["whose memory is not an object", { kind: "hold", reason: "x", memory: [] }],
    ["whose memory is larger than 64 KiB", { kind: "hold", reason: "x", memory: { text: "x".repeat(65_536) } }],
  ])("that returns a decision %s fails the run", async (message, decision) => {
    const { run } = await setUpBot({ strategy: { name: "odd", decide: () => decision as never } });
    expect(await run(tickAt(0))).toMatchObject({
      record: { outcome: "failed", reason: `The strategy odd returned a decision ${message}.` },
    });
  });

  test("remembers what it decided to, unless the run fails", async () => {
    const seen: unknown[] = [];
    const strategy = (decide: () => unknown): Strategy => ({
      name: "test",
      decide(context) {
        seen.push(context.memory);
        return decide() as never;
      },
    });
    const { record } = await setUpBot();
    await record(tickAt(0), { strategy: strategy(() => ({ kind: "hold", reason: "x", memory: { n: 1 } })) });
    await record(tickAt(1), { strategy: strategy(() => ({ kind: "hold", reason: "x" })) });
    const fails = { kind: "order", tool: "placeMarketOrder", input: { symbol: "?" }, reason: "x", memory: { n: 2 } };
    expect(await record(tickAt(2), { strategy: strategy(() => fails) })).toMatchObject({ outcome: "failed" });
    await record(tickAt(3), { strategy: strategy(() => ({ kind: "hold", reason: "x" })) });
    expect(seen).toEqual([{}, { n: 1 }, { n: 1 }, { n: 1 }]);
  });

  test("that throws fails the run, whose record has no key", async () => {
    const { run, lossy } = await setUpBot();
    const strategy: Strategy = {
      name: "leaky",
      decide: () => {
        throw new Error(`could not call with ${lossy.keys.apiKey}`);
      },
    };
    const result = await run(tickAt(0), { strategy });
    expect(result).toMatchObject({
      error: expect.any(Error) as Error,
      record: { outcome: "failed", error: "UNEXPECTED" },
    });
    expect(JSON.stringify(result.kind === "ran" && result.record)).not.toContain(lossy.keys.apiKey);
  });
});

describe("the budget", () => {
  const greedy: Strategy = {
    name: "greedy",
    async decide({ client, symbols }) {
      for (let round = 0; round < 100; round++) for (const symbol of symbols) await client.send(getTicker, symbol);
      return { kind: "hold", reason: "x" };
    },
  };

  test("ends a run that reads too much as partial, and the next one begins where it stopped", async () => {
    const { run, record } = await setUpBot({ strategy: greedy, limits: { requests: 22 } });
    const result = await run(tickAt(0));
    expect(result).not.toHaveProperty("error");
    expect(result).toMatchObject({ record: { outcome: "partial", cursor: "ETHUSDT", requests: 8, error: null } });
    let seen: readonly string[] = [];
    const look: Strategy = {
      name: "look",
      decide(context) {
        seen = context.symbols;
        return { kind: "hold", reason: "x" };
      },
    };
    await record(tickAt(1), { strategy: look });
    expect(seen).toEqual(["ETHUSDT", "BTCUSDT"]);
    await record(tickAt(2), { strategy: look });
    expect(seen).toEqual(["BTCUSDT", "ETHUSDT"]);
  });

  test("counts retries and streams", async () => {
    const { lossy, record } = await setUpBot();
    let failures = 2;
    const client = {
      ...lossy.clientOptions,
      fetch: async (url: string, init: RequestInit) =>
        failures-- > 0 ? new Response("{}", { status: 503 }) : lossy.exchange.fetch(url, init),
      WebSocket: lossy.exchange.connection.WebSocket,
    };
    const strategy: Strategy = {
      name: "reader",
      async decide({ client: reader }) {
        await reader.send(getPrice, "BTCUSDT");
        const stream = reader.send(openStream);
        await stream.close();
        return { kind: "hold", reason: "x" };
      },
    };
    expect(await record(tickAt(0), { client, strategy })).toMatchObject({ outcome: "held", requests: 4 });
  });

  test("leaves enough to send an order and to find out about it", async () => {
    const { lossy, record, orders } = await setUpBot();
    const strategy: Strategy = {
      name: "thorough",
      async decide(context) {
        while (context.remaining() > 0) await context.client.send(getPrice, "BTCUSDT");
        return always().decide(context);
      },
    };
    lossy.fates.push("lost after");
    const run = await record(tickAt(0), { strategy, limits: { requests: 20 } });
    expect(run).toMatchObject({ outcome: "ordered" });
    expect(run.requests).toBeLessThanOrEqual(20);
    expect(await orders()).toHaveLength(1);
  });

  test("of time ends a strategy that does not return", async () => {
    const { record } = await setUpBot({ strategy: { name: "slow", decide: () => new Promise(() => {}) } });
    expect(await record(tickAt(0))).toMatchObject({ outcome: "partial", duration: 35_000, error: null });
  });

  test.each([{ requests: 19 }, { time: 1000 }, { lease: 5 }, { request: 50 }])(
    "must be sensible: %o",
    async (limits) => {
      const { options } = await setUpBot();
      await expect(runTick(options(tickAt(0), { limits }))).rejects.toThrow(`limits.${Object.keys(limits)[0] ?? ""}`);
    },
  );
});

test("a run that fails gives its error to the caller, and is in the history", async () => {
  const { run, store } = await setUpBot();
  const client = (): never => {
    throw new Error("API_KEY is missing");
  };
  expect(await run(tickAt(0), { client })).toMatchObject({
    isRecorded: true,
    error: expect.objectContaining({ message: "API_KEY is missing" }) as Error,
  });
  expect(store.runs(1)).toMatchObject([{ outcome: "failed", reason: "API_KEY is missing", requests: 0 }]);
});

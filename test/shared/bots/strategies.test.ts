// The strategies on a market whose course is known: what they buy and sell, when, and why.
import { describe, expect, test } from "vitest";
import {
  buyTheDip,
  dollarCostAverage,
  memoryBotStore,
  modelDriven,
  movingAverageCross,
  rebalance,
  runTick,
  type RunRecord,
  type Strategy,
  type TickResult,
} from "../../../src/bots/index.ts";
import type { ClientOptions } from "../../../src/transport/index.ts";
import { drive } from "../../support/drive.ts";
import { lossyExchange } from "../../support/lossyExchange.ts";
import { setUpBot, tickAt, type BotSetup } from "../../support/botSetup.ts";

const HOUR = 3_600_000;

/** Runs the strategy every hour on a course of prices of BTCUSDT; ETHUSDT costs 10 USDT all the time. */
async function follow(
  strategy: Strategy,
  prices: readonly string[],
  symbols = ["BTCUSDT"],
): Promise<readonly RunRecord[]> {
  const setup = await setUpBot({ strategy, mandate: { symbols, until: "2027-01-01T00:00:00Z" } });
  return followIn(setup, prices);
}

async function followIn({ lossy, market, record }: BotSetup, prices: readonly string[]): Promise<readonly RunRecord[]> {
  const records: RunRecord[] = [];
  for (const [index, price] of prices.entries()) {
    // Within the hour, so that its candle closes at this price.
    await lossy.clock.advance(HOUR / 2);
    market.set("BTCUSDT", { price, volume: "1000000" });
    const end = tickAt(index + 1).scheduledTime;
    await lossy.clock.advance(end - lossy.clock.now());
    records.push(await record(tickAt(index + 1)));
  }
  return records;
}

const summary = (records: readonly RunRecord[]): readonly string[] =>
  records.map(({ outcome, order }) => (order === null ? outcome : `${order.side} ${order.quantity} ${order.symbol}`));

describe("dollarCostAverage", () => {
  test("spends the same amount at every tick, whatever the price", async () => {
    const records = await follow(dollarCostAverage({ amount: "50" }), ["100", "50", "200"]);
    expect(summary(records)).toEqual(["buy 0.5 BTCUSDT", "buy 1 BTCUSDT", "buy 0.25 BTCUSDT"]);
  });

  test("buys one pair after another", async () => {
    const records = await follow(dollarCostAverage({ amount: "50" }), ["100", "100", "100"], ["BTCUSDT", "ETHUSDT"]);
    expect(summary(records)).toEqual(["buy 0.5 BTCUSDT", "buy 5 ETHUSDT", "buy 0.5 BTCUSDT"]);
  });

  test("holds if the amount is below the minimum order, and goes on with the next pair", async () => {
    const records = await follow(dollarCostAverage({ amount: "0.00001" }), ["100"]);
    expect(records).toMatchObject([
      { outcome: "held", reason: "0.00001 USDT is less than the minimum order of BTCUSDT." },
    ]);
  });
});

describe("buyTheDip", () => {
  test("buys the pair that has fallen most, if it has fallen far enough", async () => {
    // The seeded random market, since a manual one has no 24-hour changes.
    const lossy = await lossyExchange("declared");
    const { clock, clientOptions } = lossy;
    const symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"];
    const run = async (strategy: Strategy, index: number): Promise<TickResult> => {
      const mandate = { symbols, until: "2027-01-01T00:00:00Z" };
      const options = { tick: tickAt(index), store: memoryBotStore(), client: clientOptions, strategy, mandate };
      return drive(clock, runTick(options));
    };
    const tickers = await drive(clock, lossy.createClient().getTickers({ symbols }));
    const [lowest] = tickers.toSorted((one, other) => one.changePct.cmp(other.changePct));
    expect(lowest?.changePct.toNumber()).toBeLessThan(0);
    expect(await run(buyTheDip({ amount: "40" }), 0)).toMatchObject({
      record: { outcome: "ordered", order: { symbol: lowest?.symbol, side: "buy" } },
    });
    const held = await run(buyTheDip({ amount: "40", minDropPct: "99" }), 1);
    expect(held).toMatchObject({ record: { outcome: "held", order: null } });
    expect(held.kind === "ran" && held.record.reason).toContain(
      `No pair has fallen far enough: ${lowest?.symbol ?? ""}`,
    );
  });

  test("reads as many of many pairs as the budget allows, and goes on with the next ones", async () => {
    const { options } = await setUpBot();
    const names = Array.from({ length: 250 }, (_, index) => `P${index}USDT`);
    const asked: number[] = [];
    const send = async (_operation: unknown, { symbols = [] }: { symbols?: readonly string[] }): Promise<[]> => {
      asked.push(symbols.length);
      return [];
    };
    let left = 4;
    const decision = await buyTheDip({ amount: "5" }).decide({
      client: { send } as never,
      symbols: names,
      mandate: options(tickAt(0)).mandate,
      scheduledAt: new Date(0),
      memory: {},
      remaining: () => left--,
      signal: new AbortController().signal,
    });
    expect(asked).toEqual([100, 100]);
    expect(decision).toMatchObject({ kind: "hold", cursor: "P200USDT" });
  });
});

describe("movingAverageCross", () => {
  const options = { amount: "100", fast: 1, slow: 3, interval: "1h" } as const;

  test("buys when the short average rises above the long one, and sells when it falls below", async () => {
    const prices = ["100", "99", "98", "97", "110", "111", "112", "90", "89"];
    const records = await follow(movingAverageCross(options), prices);
    const orders = summary(records).filter((one) => one !== "held");
    expect(orders).toEqual([expect.stringMatching(/^buy 0\.9/), expect.stringMatching(/^sell 0\.9/)]);
    expect(records.findIndex(({ order }) => order?.side === "buy")).toBe(4);
    expect(records.findIndex(({ order }) => order?.side === "sell")).toBe(7);
    expect(records[4]?.reason).toMatch(/^The short average of BTCUSDT \(110\) rose above the long one/);
  });

  test("sells at its stop, and does not buy again before the next rise", async () => {
    const slow = { amount: "100", fast: 3, slow: 8, interval: "1h", stopPct: "5" } as const;
    const prices = ["100", "99", "98", "97", "96", "95", "94", "93", "100", "108", "115", "101", "110", "111", "112"];
    const records = await follow(movingAverageCross(slow), prices);
    const orders = summary(records).filter((one) => one !== "held");
    expect(orders).toHaveLength(2);
    const [bought, sold] = ["buy", "sell"].map((side) => records.findIndex(({ order }) => order?.side === side));
    expect(bought).toBeLessThan(sold ?? 0);
    expect(records[sold ?? 0]?.reason).toMatch(/which is the stop\.$/);
  });

  test("looks only when it sees a pair for the first time", async () => {
    const records = await follow(movingAverageCross(options), ["100", "110", "120", "130"]);
    expect(summary(records)).toEqual(["held", "held", "held", "held"]);
  });
});

describe("rebalance", () => {
  test("trades the pair that is farthest from its weight, one at a tick, until all are near", async () => {
    const strategy = rebalance({ weights: { BTCUSDT: "20", ETHUSDT: "10" }, thresholdPct: "0.5" });
    const setup = await setUpBot({ strategy }, "10000");
    const records = await followIn(setup, ["100", "100", "100", "200", "200"]);
    expect(records.map(({ order }) => order && `${order.side} ${order.symbol}`)).toEqual([
      "buy BTCUSDT",
      "buy ETHUSDT",
      null,
      "sell BTCUSDT",
      "buy ETHUSDT",
    ]);
    const { totalEquity, positions } = await setup.drive(
      setup.lossy.createClient(setup.options(tickAt(0)).client as ClientOptions).getPortfolio(),
    );
    const share = (symbol: string): number =>
      positions
        .find((one) => one.symbol === symbol)
        ?.marketValue.div(totalEquity)
        .times(100)
        .toNumber() ?? 0;
    expect(share("BTCUSDT")).toBeCloseTo(20, 0);
    expect(share("ETHUSDT")).toBeCloseTo(10, 0);
  });

  test("keeps no more of a pair than its weight when it must sell", async () => {
    const strategy = rebalance({ weights: { BTCUSDT: "10" } });
    const setup = await setUpBot({ strategy }, "10000");
    const records = await followIn(setup, ["100", "1000", "1000"]);
    expect(records.map(({ order }) => order?.side ?? null)).toEqual(["buy", "sell", null]);
  });
});

describe("modelDriven", () => {
  const buy = (quantity: string): readonly [string, Record<string, string>] => [
    "placeMarketOrder",
    { symbol: "BTCUSDT", side: "buy", quantity },
  ];

  test("makes the first proposal that the mandate allows the decision, and places nothing itself", async () => {
    const codes: string[] = [];
    const strategy = modelDriven({
      async run(toolbox) {
        expect(toolbox.list().map(({ name }) => name)).not.toContain("cancelAllOrders");
        const price = await toolbox.run("getPrice", { symbol: "BTCUSDT" });
        codes.push(price.ok ? "price" : price.error.code);
        // It calls several tools at once, as models do.
        for (const calls of [[buy("900")], [buy("1"), buy("2")], [buy("3")]])
          for (const result of await Promise.all(calls.map(([tool, input]) => toolbox.run(tool, input))))
            codes.push(result.ok ? "ok" : result.error.code);
        return " The price\n is low. ";
      },
    });
    const setup = await setUpBot({
      strategy,
      mandate: { symbols: ["BTCUSDT"], maxOrder: "300", until: "2027-01-01T00:00:00Z" },
    });
    const run = await setup.record(tickAt(0));
    expect(codes).toEqual(["price", "LIMIT_EXCEEDED", "ok", "ALREADY_DECIDED", "ALREADY_DECIDED"]);
    expect(run).toMatchObject({ outcome: "ordered", reason: "The price is low.", order: { quantity: "1" } });
    expect(await setup.orders()).toHaveLength(1);
    expect(setup.lossy.sent).toHaveLength(1);
  });

  test("holds without a proposal", async () => {
    const { record } = await setUpBot({ strategy: modelDriven({ run: () => "Nothing looks cheap." }) });
    expect(await record(tickAt(0))).toMatchObject({ outcome: "held", reason: "Nothing looks cheap." });
  });

  test("gives a failed model to the caller", async () => {
    const failing = modelDriven({ run: () => Promise.reject(new Error("the model is down")) });
    const { run } = await setUpBot({ strategy: failing });
    expect(await run(tickAt(0))).toMatchObject({ record: { outcome: "failed", reason: "the model is down" } });
  });
});

test.each([
  [() => dollarCostAverage({ amount: "abc" }), "dollarCostAverage: amount must be"],
  [() => dollarCostAverage({ amount: "1", amuont: "2" } as never), 'Did you mean "amount"?'],
  [() => buyTheDip({ amount: "1", minDropPct: "101" }), "minDropPct must be from 0 to 100"],
  [() => movingAverageCross({ amount: "1", fast: 30, slow: 10 }), "fast must be less than slow"],
  [() => movingAverageCross({ amount: "1", interval: "7h" as never }), "interval must be one of"],
  [() => rebalance({ weights: {} }), "weights must name at least one pair"],
  [() => rebalance({ weights: { BTCUSDT: "60", ETHUSDT: "41" } }), "weights must be at most 100 together, but are 101"],
])("wrong options of a strategy are refused at once: %#", (create, message) => {
  expect(create).toThrow(message);
});

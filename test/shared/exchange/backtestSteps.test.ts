import { describe, expect, it } from "vitest";
import { randomWalkMarket, virtualClock, type Fidelity, type MarketSource } from "../../../src/exchange/index.ts";
import { afterMorning, backtest, BOTH, buy, codeOf, sell, type Morning } from "./backtests.ts";
import { open, trader, type AnswerTo } from "./trader.ts";

describe("prices inside a backtest", () => {
  const morning: Morning = {
    0: { BTCUSDT: "60000", ETHUSDT: "3000" },
    5: { BTCUSDT: "61000" },
    8: { ETHUSDT: "3100" },
  };

  it("are one candle ahead and miss pairs when observed", async () => {
    const { owner } = await afterMorning(morning, "observed");
    const session = await backtest(owner, 30);
    const seen: unknown[] = [(await session.send("GET", "/market/prices")).json.prices];
    for (const steps of [5, 3]) seen.push((await session.send("POST", "/step/batch", { steps })).json.prices);
    expect(seen).toEqual([
      { BTCUSDT: "60000.00000000", ETHUSDT: "3000.00000000" },
      { BTCUSDT: "61000.00000000" },
      { ETHUSDT: "3100.00000000" },
    ]);
    expect((await session.send("GET", "/market/price/BTCUSDT")).json).toMatchObject({ price: "0", symbol: "BTCUSDT" });
  });

  it("are the latest known prices when declared", async () => {
    const { owner } = await afterMorning(morning);
    const session = await backtest(owner, 30);
    const seen: unknown[] = [(await session.send("GET", "/market/prices")).json.prices];
    for (const steps of [5, 1, 3]) seen.push((await session.send("POST", "/step/batch", { steps })).json.prices);
    expect(seen).toEqual([
      { BTCUSDT: "60000.00000000", ETHUSDT: "3000.00000000" },
      { BTCUSDT: "60000.00000000", ETHUSDT: "3000.00000000" },
      { BTCUSDT: "61000.00000000", ETHUSDT: "3000.00000000" },
      { BTCUSDT: "61000.00000000", ETHUSDT: "3100.00000000" },
    ]);
  });

  it("appear in tickers and candles up to the session's clock", async () => {
    const { owner } = await afterMorning(morning);
    const session = await backtest(owner, 30);
    await session.send("POST", "/step/batch", { steps: 6 });
    const { json: candles } = await session.send("GET", "/market/candles/BTCUSDT?interval=1m&limit=10");
    expect([candles.interval, candles.count, candles.candles.at(-1)]).toEqual([
      "1m",
      2,
      expect.objectContaining({ bucket: "2026-01-01T00:05:00+00:00", close: "61000.00000000" }),
    ]);
    const { json: ticker } = await session.send("GET", "/market/ticker/BTCUSDT");
    expect(ticker).toMatchObject({
      open: "60000.00000000",
      high: "61000.00000000",
      close: "61000.00000000",
      price_change: "1000.00000000",
      price_change_pct: "1.67",
    });
    expect(Object.keys((await session.send("GET", "/market/ticker/NOPEUSDT")).json)).toEqual(["symbol", "error"]);
    expect(codeOf(await session.send("GET", "/market/candles/BTCUSDT?interval=nope"))).toEqual([
      422,
      "VALIDATION_ERROR",
    ]);
  });

  it("of a random walk never show the future of the session's clock", async () => {
    const exchange = open({ market: randomWalkMarket({ seed: 3 }) });
    const owner = await trader(exchange);
    const session = await backtest(owner, 120, { pairs: ["ETHUSDT"] });
    await session.send("POST", "/step/batch", { steps: 90 });
    const { json: price } = await session.send("GET", "/market/price/ETHUSDT");
    for (const interval of ["60", "300", "1h", "1d"]) {
      const { json } = await session.send("GET", `/market/candles/ETHUSDT?interval=${interval}&limit=3`);
      expect([interval, json.count, json.candles.at(-1)?.close]).toEqual([interval, 3, price.price]);
    }
    expect((await session.send("GET", "/market/ticker/ETHUSDT")).json.close).toBe(price.price);
  });
});

describe("ways of stepping", () => {
  const moves: Morning = Object.fromEntries(
    Array.from({ length: 200 }, (_, minute) => [minute, { BTCUSDT: String(60_000 + ((minute * 7919) % 401) * 5) }]),
  );
  const orders = [
    buy("0.05"),
    { ...buy("0.02"), type: "limit", price: "60400" },
    { ...sell("0.03"), type: "take_profit", price: "61500" },
    { ...sell("0.02"), type: "stop_loss", price: "60100" },
  ];

  async function run(
    fidelity: Fidelity,
    stepping: "step" | "batch" | "fast",
  ): Promise<{
    results: Omit<AnswerTo<"GET", "/backtest/id/results">["json"], "session_id">;
    curve: number;
    fills: number;
  }> {
    const { owner } = await afterMorning(moves, fidelity);
    const session = await backtest(owner, 180);
    await session.send("POST", "/step");
    for (const order of orders) await session.send("POST", "/trade/order", order);
    let fills = 0;
    if (stepping === "step") {
      for (let step = 1; step < 180; step++) fills += (await session.send("POST", "/step")).json.orders_filled.length;
    } else if (stepping === "batch") await session.send("POST", "/step/batch", { steps: 1000 });
    else
      fills = (await session.send("POST", "/step/batch/fast", { steps: 1000, include_intermediate_trades: true })).json
        .orders_filled.length;
    const { json } = await session.send("GET", "/results");
    const { json: curve } = await session.send("GET", "/results/equity-curve");
    const { session_id: _, ...results } = json;
    return { results, curve: curve.snapshots.length, fills };
  }

  it("give the same fills, account and, when declared, metrics", async () => {
    const [single, batch, fast] = [
      await run("declared", "step"),
      await run("declared", "batch"),
      await run("declared", "fast"),
    ];
    expect([single.fills, fast.fills]).toEqual([3, 3]);
    expect(batch.results).toEqual(single.results);
    expect(fast.results).toEqual(single.results);
    expect(fast.curve).toBe(single.curve);
  });

  it("give other metrics when observed", async () => {
    const single = await run("observed", "step");
    const fast = await run("observed", "fast");
    expect(fast.results.summary).toEqual(single.results.summary);
    expect(fast.results.by_pair).toEqual(single.results.by_pair);
    expect(fast.curve).toBeLessThan(single.curve);
    expect(fast.results.metrics).not.toEqual(single.results.metrics);
  });

  it.each(BOTH)("in fast mode report final results, or none (%s)", async (fidelity) => {
    const { owner } = await afterMorning(moves, fidelity);
    const session = await backtest(owner, 180);
    await session.send("POST", "/step");
    await session.send("POST", "/trade/order", buy("0.05"));
    const { json } = await session.send("POST", "/step/batch/fast", { steps: 100_000 });
    const { json: results } = await session.send("GET", "/results");
    expect(json).toMatchObject({ is_complete: true, steps_executed: 179, remaining_steps: 0 });
    expect(json.portfolio.total_equity).toBe(results.summary.final_equity);
    expect(Object.keys(json.prices)).toEqual(fidelity === "observed" ? [] : ["BTCUSDT"]);
    expect(json.portfolio.available_cash).toBe(fidelity === "observed" ? "0" : results.summary.final_equity);
  });
});

describe("a step", () => {
  it.each(BOTH)("fills the same orders as if it checked every price (%s)", async (fidelity) => {
    const filledBy = async (lookAtAll: boolean, seed: number): Promise<readonly unknown[]> => {
      const walk = randomWalkMarket({ seed });
      // This market reports a possible crossing every second.
      const restless: MarketSource = {
        open: (...given) => ({ ...walk.open(...given), nextCrossing: (_symbol, _triggers, first) => first }),
      };
      const market = lookAtAll ? restless : walk;
      const owner = await trader(open({ market, clock: virtualClock("2026-01-20T00:00:00Z"), fidelity, seed }));
      const plan = { starting_balance: "1000000", candle_interval: seed % 2 === 0 ? 60 : 3600 };
      const session = await backtest(owner, 12_000, plan);
      const { prices } = (await session.send("POST", "/step")).json as { prices: Record<string, string> };
      let count = 0;
      for (const [symbol, price] of Object.entries(prices).slice(0, 12)) {
        const quantity = (100 / Number(price)).toFixed(4);
        if (quantity === "0.0000") continue;
        await session.send("POST", "/trade/order", { ...buy(quantity), symbol });
        for (const [side, type, factor] of [
          ["buy", "limit", 0.998],
          ["buy", "limit", 0.97],
          ["buy", "stop_loss", 1.03],
          ["sell", "stop_loss", 0.95],
          ["sell", "take_profit", 1.05],
        ] as const) {
          const trigger = (Number(price) * (factor + (count++ % 7) / 1000)).toFixed(8);
          await session.send("POST", "/trade/order", { symbol, side, type, quantity, price: trigger });
        }
      }
      for (const steps of [3, 60, 100_000]) await session.send("POST", "/step/batch/fast", { steps });
      const { json } = await session.send("GET", "/results/trades?limit=10000");
      return (json as unknown as { readonly trades: readonly unknown[] }).trades;
    };
    for (const seed of [1, 2, 3, 4]) {
      const [quick, whole] = await Promise.all([filledBy(false, seed), filledBy(true, seed)]);
      expect([seed, quick]).toEqual([seed, whole]);
      expect(quick.length).toBeGreaterThan(20);
    }
  });

  it("skips orders far from the price", async () => {
    const { owner } = await afterMorning({ 0: { BTCUSDT: "60000" } });
    const session = await backtest(owner, 40_000, { starting_balance: "1000000" });
    await session.send("POST", "/step");
    const ids: string[] = [];
    for (let count = 0; count < 300; count++) {
      const order = { ...buy("0.00001"), type: "limit", price: String(30_000 - count) };
      ids.push((await session.send("POST", "/trade/order", order)).json.order_id);
    }
    await session.send("POST", "/trade/order", { ...buy("0.00002"), type: "stop_loss", price: "60000" });
    expect((await session.send("POST", "/step")).json.orders_filled).toHaveLength(1);
    for (const id of ids.slice(0, 150)) await session.send("DELETE", `/trade/order/${id}`);
    const { json } = await session.send("POST", "/step/batch/fast", {
      steps: 39_000,
      include_intermediate_trades: true,
    });
    expect([json.orders_filled, (await session.send("GET", "/trade/orders/open")).json.count]).toEqual([[], 150]);
  });
});

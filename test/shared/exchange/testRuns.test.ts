// Test runs of strategies from start to end, their rules and their episodes.
import { describe, expect, it } from "vitest";
import { beginEpisode } from "../../../src/exchange/engine/strategies/episode.ts";
import { shouldEnter, shouldExit, IndicatorCache, rulesOf } from "../../../src/exchange/engine/strategies/rules.ts";
import type { Strategy, TestRun } from "../../../src/exchange/engine/strategies/model.ts";
import {
  createExchange,
  manualMarket,
  randomWalkMarket,
  virtualClock,
  type Exchange,
  type Fidelity,
  type MarketSource,
} from "../../../src/exchange/index.ts";
import { createExchangeState } from "../../../src/exchange/engine/createState.ts";
import { quirksOf, type Quirks } from "../../../src/exchange/base/quirks.ts";
import { BOTH, codeOf, UNKNOWN } from "./backtests.ts";
import { open, START, trader, type Answer, type AnswerTo, type Trader } from "./trader.ts";

const RANGE = { start: "2025-10-01T00:00:00Z", end: "2025-12-01T00:00:00" };

const TREND = {
  pairs: ["BTCUSDT", "ETHUSDT"],
  timeframe: "1h",
  entry_conditions: { price_above_sma: 20 },
  exit_conditions: { stop_loss_pct: 1.5, take_profit_pct: 3 },
  position_size_pct: 30,
};

async function setup(
  fidelity: Fidelity = "declared",
  definition: object = TREND,
): Promise<{ exchange: Exchange; owner: Trader; other: Trader; id: string; test: (plan?: object) => Promise<string> }> {
  const exchange = open({ market: randomWalkMarket({ seed: 7 }), fidelity });
  const owner = await trader(exchange);
  const { json } = await owner.send("POST", "/strategies", { name: "Trend", definition });
  const id: string = json.strategy_id;
  const test = async (plan: object = {}): Promise<string> =>
    (
      await owner.send("POST", `/strategies/${id}/test`, {
        version: 1,
        date_range: RANGE,
        episodes: 4,
        episode_duration_days: 7,
        ...plan,
      })
    ).json.test_run_id;
  return { exchange, owner, other: await trader(exchange), id, test };
}

describe("rules", () => {
  const closes = Array.from({ length: 60 }, (_, at) => 100 + (at % 7) - 3 * (Math.floor(at / 5) % 3) + 0.5 * at);
  const enter = (conditions: object, price: number, fallBack = false, known = closes): boolean =>
    shouldEnter(
      rulesOf({ pairs: ["A"], entry_conditions: conditions }, fallBack),
      price,
      new IndicatorCache(known),
      fallBack,
    );

  it("enter when all conditions are met", () => {
    expect(enter({}, 126.5)).toBe(false);
    expect(enter({ rsi_above: 57.2, rsi_below: 57.3 }, 126.5)).toBe(true);
    expect(enter({ rsi_above: 57.2, rsi_below: 57 }, 126.5)).toBe(false);
    expect([enter({ macd_cross_above: true }, 1), enter({ macd_cross_below: true }, 1)]).toEqual([false, true]);
    expect([
      enter({ bb_above_upper: true }, 132.3),
      enter({ bb_above_upper: true }, 132.2),
      enter({ bb_below_lower: true }, 115.6),
    ]).toEqual([true, false, true]);
    expect([
      enter({ price_above_sma: 20 }, 123.96),
      enter({ price_above_sma: 20 }, 123.94),
      enter({ price_below_sma: 50 }, 116.9),
    ]).toEqual([true, false, true]);
    expect([enter({ price_above_ema: 12 }, 124.96), enter({ price_below_ema: 26 }, 122.38)]).toEqual([true, false]);
    expect(enter({ volume_above_ma: -1 }, 126.5)).toBe(false);
    expect(enter({ rsi_above: 0, mine: 1 }, 126.5)).toBe(false);
    expect(enter({ rsi_above: 0, mine: null }, 126.5)).toBe(true);
    expect(enter({ rsi_above: 0 }, 126.5, false, closes.slice(0, 14))).toBe(false);
  });

  it("use other periods and false flags as given, or as the platform does", () => {
    const mean = closes.slice(-5).reduce((all, each) => all + each) / 5;
    expect([enter({ price_above_sma: 5 }, mean + 0.01), enter({ price_above_sma: 5 }, mean - 0.01)]).toEqual([
      true,
      false,
    ]);
    expect([enter({ price_above_sma: 5 }, 123.96, true), enter({ price_above_sma: 5 }, 123.94, true)]).toEqual([
      true,
      false,
    ]);
    expect([
      enter({ price_above_sma: 50 }, 110, false, closes.slice(0, 26)),
      enter({ price_above_sma: 50 }, 110, true, closes.slice(0, 26)),
    ]).toEqual([false, true]);
    expect([
      enter({ rsi_above: 0, macd_cross_above: false }, 126.5),
      enter({ rsi_above: 0, macd_cross_above: false }, 126.5, true),
    ]).toEqual([true, false]);
    expect(enter({ macd_cross_above: false }, 126.5)).toBe(false);
  });

  it("exit at the first condition that is met", () => {
    const exit = (conditions: object, price: number, held: object = {}, step = 5): boolean =>
      shouldExit(
        rulesOf({ pairs: ["A"], exit_conditions: conditions }, false),
        price,
        { entryPrice: 100, entryStep: 1, peak: 120, ...held },
        step,
        new IndicatorCache(closes),
      );
    expect([exit({ stop_loss_pct: 2 }, 98), exit({ stop_loss_pct: 2 }, 98.01)]).toEqual([true, false]);
    expect([exit({ take_profit_pct: 5 }, 105), exit({ take_profit_pct: 5 }, 104.99)]).toEqual([true, false]);
    expect([exit({ trailing_stop_pct: 10 }, 108), exit({ trailing_stop_pct: 10 }, 108.01)]).toEqual([true, false]);
    expect([exit({ max_hold_candles: 4 }, 100), exit({ max_hold_candles: 5 }, 100)]).toEqual([true, false]);
    expect([
      exit({ rsi_above: 57 }, 100),
      exit({ rsi_below: 57 }, 100),
      exit({ macd_cross_below: true }, 100),
      exit({ macd_cross_below: false }, 100),
      exit({}, 1),
    ]).toEqual([true, false, true, false, false]);
  });
});

describe("running tests", () => {
  it("go from queued to running to completed, with results", async () => {
    const { exchange, owner, id, test } = await setup();
    const run = await test();
    const at = async (): Promise<AnswerTo<"GET", "/strategies/id/tests/id">["json"]> =>
      (await owner.get(`/strategies/${id}/tests/${run}`)).json;
    expect(await at()).toMatchObject({
      status: "queued",
      episodes_completed: 0,
      started_at: null,
      completed_at: null,
      results: null,
      config: { date_range: { start: "2025-10-01T00:00:00+00:00", end: "2025-12-01T00:00:00" } },
    });
    await exchange.advance(40);
    expect(await at()).toMatchObject({ status: "running", started_at: START });
    await exchange.advance(10_000);
    const done = await at();
    expect(done).toMatchObject({ status: "completed", started_at: START, episodes_completed: 4, progress_pct: 100 });
    expect(done.results?.total_trades).toBeGreaterThan(8);
    expect(done.results?.best_roi_pct).toBeGreaterThan(done.results?.worst_roi_pct ?? Infinity);
    expect(Object.keys(done.results?.by_pair ?? {})).toEqual(["BTCUSDT", "ETHUSDT"]);
    expect(done.recommendations).toBeInstanceOf(Array);
    expect((await owner.get(`/strategies/${id}`)).json).toMatchObject({
      status: "validated",
      latest_test_results: done.results,
    });
    expect((await owner.get(`/strategies/${id}/test-results`)).json).toEqual(done);
    expect((await owner.get(`/strategies/${id}/tests`)).json).toHaveLength(1);
  });

  it("give the same results regardless of how often they are worked on", async () => {
    const results: unknown[] = [];
    for (const steps of [1, 50]) {
      const { exchange, owner, id, test } = await setup();
      const run = await test({ randomize_dates: steps === 0 });
      for (let step = 0; step < steps; step++) {
        await exchange.advance(10_000 / steps);
        await owner.get(`/strategies/${id}/tests/${run}`);
      }
      results.push((await owner.get(`/strategies/${id}/tests/${run}`)).json);
    }
    expect(results[1]).toEqual(results[0]);
  });

  it("make progress on requests and between them, a few hundred candles at a time", async () => {
    const clock = virtualClock(START);
    const market = randomWalkMarket({ seed: 7 });
    let closes = 0;
    const counted: MarketSource = {
      open(...args) {
        const opened = market.open(...args);
        const { history } = opened;
        if (history === undefined) return opened;
        const close: typeof history.close = (...query) => (closes++, history.close(...query));
        return { ...opened, history: { ...history, close } };
      },
    };
    const exchange = createExchange({ market: counted, clock });
    const owner = await trader(exchange);
    const { json } = await owner.send("POST", "/strategies", {
      name: "Trend",
      definition: { ...TREND, timeframe: "5m" },
    });
    const path = `/strategies/${json.strategy_id}` as const;
    const { json: run } = await owner.send("POST", `${path}/test`, {
      version: 1,
      date_range: RANGE,
      episodes: 3,
      episode_duration_days: 28,
    });
    await clock.advance(600_000);
    const statuses: string[] = [];
    do {
      const before = closes;
      statuses.push((await owner.get(`${path}/tests/${run.test_run_id}`)).json.status);
      // A candle reads the price once for the rules, and a few times when they trade.
      expect(closes - before).toBeLessThan(1500);
      await clock.advance(100);
    } while (statuses.at(-1) !== "completed" && statuses.length < 10);
    expect(statuses).toEqual(["running", "running", "completed"]);
    expect(closes).toBeGreaterThan(48_000);
    exchange.close();
  });

  it("stop between requests if nobody asks, or when the exchange is closed", async () => {
    const clock = virtualClock(START);
    const exchange = createExchange({ market: randomWalkMarket({ seed: 7 }), clock });
    const owner = await trader(exchange);
    const { json } = await owner.send("POST", "/strategies", { name: "Trend", definition: TREND });
    await owner.send("POST", `/strategies/${json.strategy_id}/test`, { version: 1, date_range: RANGE, episodes: 100 });
    await clock.advance(600_000);
    await owner.get("/strategies");
    expect(clock.pending).toBe(1);
    await clock.advance(200);
    expect(clock.pending).toBe(0);
    await owner.get("/strategies");
    exchange.close();
    expect(clock.pending).toBe(0);
  });

  it("complete even if the market has no history", async () => {
    const exchange = open({ market: manualMarket({ BTCUSDT: { price: "60000" } }) });
    const owner = await trader(exchange);
    const { json } = await owner.send("POST", "/strategies", { name: "Trend", definition: TREND });
    const { json: run } = await owner.send("POST", `/strategies/${json.strategy_id}/test`, {
      version: 1,
      date_range: RANGE,
    });
    await exchange.advance(60_000);
    expect((await owner.get(`/strategies/${json.strategy_id}/tests/${run.test_run_id}`)).json).toMatchObject({
      status: "completed",
      results: { episodes_completed: 0, total_trades: 0 },
    });
  });

  it("require a version, a range and valid numbers", async () => {
    const { owner, id } = await setup();
    const start = (body: object): Promise<Answer> =>
      owner.send("POST", `/strategies/${id}/test`, { version: 1, date_range: RANGE, ...body });
    expect(codeOf(await start({ version: 2 }))).toEqual([404, "STRATEGY_NOT_FOUND"]);
    expect(codeOf(await start({ episodes: 101 }))).toEqual([422, "less_than_equal"]);
    expect(codeOf(await start({ starting_balance: 10_000 }))).toEqual([422, "string_type"]);
    expect((await start({ date_range: { start: "2026-01-01" } })).json.detail[0]).toMatchObject({
      type: "missing",
      loc: ["body", "date_range", "end"],
    });
    expect((await start({ date_range: { start: "soon", end: "2026-01-01" } })).json.detail[0]?.loc).toEqual([
      "body",
      "date_range",
      "start",
    ]);
    expect((await start({ starting_balance: "a lot" })).status).toBe(201);
  });

  it("of two versions can be compared", async () => {
    const { exchange, owner, id, test } = await setup();
    await owner.send("POST", `/strategies/${id}/versions`, {
      definition: { ...TREND, exit_conditions: { max_hold_candles: 3 } },
    });
    const compare = async (query: string): Promise<AnswerTo<"GET", "/strategies/id/compare-versions">["json"]> =>
      (await owner.get(`/strategies/${id}/compare-versions?${query}`)).json;
    await test();
    await exchange.advance(10_000);
    expect(await compare("v1=1&v2=2")).toMatchObject({ improvements: {}, v2: { avg_roi_pct: null, total_trades: 0 } });
    await test({ version: 2 });
    await exchange.advance(10_000);
    const both = await compare("v1=1&v2=2");
    expect(both.improvements["roi_pct"]).toBeCloseTo(Number(both.v2.avg_roi_pct) - Number(both.v1.avg_roi_pct), 4);
    expect(await compare("v1=1&v2=1")).toMatchObject({ improvements: { roi_pct: 0, sharpe: 0 } });
    expect((await owner.get(`/strategies/${id}/compare-versions?v1=1`)).status).toBe(422);
  });
});

describe("episodes", () => {
  const strategy = { versions: [{ version: 1, definition: { ...TREND, timeframe: "4h" } }] } as unknown as Strategy;
  const DAY = 86_400_000;
  const range = { start: Date.parse("2025-10-01T00:00:00Z"), end: Date.parse("2025-12-01T00:00:00Z") };
  const plan = {
    version: 1,
    episodes: 5,
    ...range,
    range: { start: "", end: "" },
    randomizeDates: true,
    episodeDays: 7,
    startingBalance: "10000",
  };

  function windows(changes: Partial<Quirks>, randomizeDates = true): readonly (readonly [number, number, number])[] {
    const clock = virtualClock(START);
    const quirks = { ...quirksOf("declared"), ...changes };
    const state = createExchangeState(clock, randomWalkMarket().open(clock), quirks, 1);
    const run = { ...plan, randomizeDates, id: UNKNOWN } as unknown as TestRun;
    return Array.from({ length: plan.episodes }, (_, at) => {
      const session = beginEpisode(state, run, strategy, at)?.session;
      return [session?.startTime ?? 0, session?.endTime ?? 0, session?.interval ?? 0];
    });
  }

  it("are windows of the requested length, on the definition's candles", () => {
    for (const [start, end, interval] of windows({})) {
      expect([end - start, interval, start % 14_400_000]).toEqual([7 * DAY, 14_400, 0]);
      expect([start >= range.start, end <= range.end]).toEqual([true, true]);
    }
    expect(new Set(windows({}).map(([start]) => start)).size).toBe(5);
    const even = windows({}, false).map(([start]) => start);
    expect([even[0], even.at(-1)]).toEqual([range.start, range.end - 7 * DAY]);
  });

  it("cover the whole range minute by minute if periods are ignored", () => {
    expect(windows({ testsIgnoreWindows: true })).toEqual(
      Array.from({ length: 5 }, () => [range.start, range.end, 60]),
    );
  });
});

describe("test runs on the platform's schedule", () => {
  it.each(BOTH)(
    "end one minute per episode later without results, or when done with results (%s)",
    async (fidelity) => {
      const { exchange, owner, id, test } = await setup(fidelity);
      const run = await test({ episodes: 2 });
      await exchange.advance(119_999);
      const path = `/strategies/${id}/tests/${run}` as const;
      expect((await owner.get(path)).json.status).toBe(fidelity === "observed" ? "queued" : "completed");
      await exchange.advance(1);
      const { json } = await owner.get(path);
      const empty = { episodes_completed: 0, avg_roi_pct: 0, avg_sharpe: null, total_trades: 0 };
      const late = { episodes_completed: 0, progress_pct: 0, started_at: null, completed_at: "2026-01-05T00:02:30Z" };
      expect(json).toMatchObject(
        fidelity === "observed"
          ? { status: "completed", ...late, results: empty }
          : { status: "completed", episodes_completed: 2, progress_pct: 100, results: { episodes_completed: 2 } },
      );
    },
  );

  it.each(BOTH)("stay cancelled, or not (%s)", async (fidelity) => {
    const { exchange, owner, id, test } = await setup(fidelity);
    const run = await test();
    const path = `/strategies/${id}/tests/${run}` as const;
    expect((await owner.send("POST", `${path}/cancel`)).json).toMatchObject({ status: "cancelled", created_at: null });
    await exchange.advance(600_000);
    expect((await owner.get(path)).json.status).toBe(fidelity === "observed" ? "completed" : "cancelled");
    expect((await owner.get(`/strategies/${id}`)).json.status).toBe(fidelity === "observed" ? "validated" : "testing");
  });

  it.each(BOTH)("are found by their own strategy, or on the platform by any (%s)", async (fidelity) => {
    const { owner, other, test } = await setup(fidelity);
    const run = await test();
    const { json } = await other.send("POST", "/strategies", { name: "Mine", definition: TREND });
    const expected = fidelity === "observed" ? 200 : 404;
    expect((await other.get(`/strategies/${json.strategy_id}/tests/${run}`)).status).toBe(expected);
    const unknown = await other.send("POST", `/strategies/${json.strategy_id}/tests/${UNKNOWN}/cancel`);
    expect([unknown.status, unknown.json.status]).toEqual([
      expected,
      fidelity === "observed" ? "cancelled" : undefined,
    ]);
    expect((await other.send("POST", `/strategies/${json.strategy_id}/tests/${run}/cancel`)).status).toBe(expected);
    expect(owner.accountId).not.toBe(other.accountId);
  });
});

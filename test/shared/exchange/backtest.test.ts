import { describe, expect, it } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { randomWalkMarket, virtualClock } from "../../../src/exchange/index.ts";
import { afterMorning, backtest, BOTH, buy, codeOf, DAWN, QUIET, replayRequests, UNKNOWN } from "./backtests.ts";
import { open, send, type Answer } from "./trader.ts";

describe("recorded backtests", () => {
  it("get the recorded responses", async () => {
    const morning = {
      0: { BTCUSDT: "60556.18426517" },
      10: { BTCUSDT: "60929.39442245" },
      120: { BTCUSDT: "62452.00072807" },
    };
    const { exchange, owner } = await afterMorning(morning, "observed", "2026-11-22T20:00:00Z");
    const names = [
      "create_backtest",
      "start_backtest",
      "backtest_order",
      "batch_step_fast",
      "batch_step_fast_rest",
      "backtest_results",
      "batch_step_fast_not_found",
    ];
    const found = await replayRequests(exchange, owner.apiKey, names, owner.agentId);
    expect(found.filter((each) => !each.includes("duration_real_sec"))).toEqual([]);
  });
});

describe("creating a backtest", () => {
  const plan = { start_time: DAWN, end_time: "2026-01-01T01:00:00Z", starting_balance: "10000" };

  it("rejects malformed bodies", async () => {
    const { owner } = await afterMorning(QUIET);
    const create = (changes: object): Promise<Answer> =>
      owner.send("POST", "/backtest/create", { ...plan, ...changes });
    const cases: readonly [object, string, readonly (string | number)[]][] = [
      [{ start_time: undefined }, "missing", ["body", "start_time"]],
      [{ start_time: "soon" }, "datetime_from_date_parsing", ["body", "start_time"]],
      [{ end_time: DAWN }, "value_error", ["body"]],
      [{ starting_balance: "0.5" }, "greater_than_equal", ["body", "starting_balance"]],
      [{ starting_balance: 10_000_001 }, "less_than_equal", ["body", "starting_balance"]],
      [{ starting_balance: "1e999999" }, "less_than_equal", ["body", "starting_balance"]],
      [{ candle_interval: "1m" }, "int_parsing", ["body", "candle_interval"]],
      [{ candle_interval: null }, "int_type", ["body", "candle_interval"]],
      [{ candle_interval: 120 }, "value_error", ["body", "candle_interval"]],
      [{ pairs: ["BTCUSDT", "1INCHUSDT"] }, "string_pattern_mismatch", ["body", "pairs", 1]],
      [{ fee_rate: "0.2" }, "less_than_equal", ["body", "fee_rate"]],
      [{ exchange: "Binance!" }, "string_pattern_mismatch", ["body", "exchange"]],
    ];
    for (const [changes, type, loc] of cases) {
      const { status, json } = await create(changes);
      expect([status, json.detail?.[0]?.type, json.detail?.[0]?.loc], JSON.stringify(changes)).toEqual([
        422,
        type,
        loc,
      ]);
    }
    expect((await create({ candle_interval: 14_400 })).json.detail).toEqual([
      {
        type: "value_error",
        loc: ["body", "candle_interval"],
        msg: "Value error, candle_interval must be one of [60, 300, 3600, 86400]",
        input: 14_400,
        ctx: { error: {} },
      },
    ]);
    expect((await create({ candle_interval: "300" })).json).toMatchObject({ total_steps: 12 });
    expect((await create({ candle_interval: 3600, fee_rate: null, pairs: null })).json).toMatchObject({
      total_steps: 1,
      estimated_pairs: 1,
      status: "created",
    });
    const early = await create({ start_time: "2025-01-01T00:00:00Z" });
    expect(early.json.error).toMatchObject({
      code: "BACKTEST_NO_DATA",
      details: { earliest: "2026-01-01T00:00:00+00:00" },
    });
  });

  it.each(BOTH)("without an agent or an offset, and for unknown and foreign agents (%s)", async (fidelity) => {
    const { exchange, owner, other } = await afterMorning(QUIET, fidelity);
    const observed = fidelity === "observed";
    const asAccount = await send(exchange, "POST", "/api/v1/backtest/create", plan, { "x-api-key": owner.accountKey });
    expect(codeOf(asAccount)).toEqual(observed ? [500, "INTERNAL_ERROR"] : [422, "VALIDATION_ERROR"]);
    const naive = await owner.send("POST", "/backtest/create", { ...plan, start_time: "2026-01-01T00:00:00" });
    expect(codeOf(naive)).toEqual(observed ? [500, "INTERNAL_ERROR"] : [422, "timezone_aware"]);
    const nonsense = await owner.send("POST", "/backtest/create", { ...plan, agent_id: "me" });
    expect(codeOf(nonsense)).toEqual(observed ? [500, "INTERNAL_ERROR"] : [422, "uuid_parsing"]);
    expect(codeOf(await owner.send("POST", "/backtest/create", { ...plan, agent_id: UNKNOWN }))).toEqual([
      400,
      "BACKTEST_NO_DATA",
    ]);
    const foreign = await owner.send("POST", "/backtest/create", { ...plan, agent_id: other.agentId });
    expect([foreign.status, foreign.json.agent_id ?? foreign.json.error.code]).toEqual(
      observed ? [200, other.agentId] : [403, "PERMISSION_DENIED"],
    );
    const named = await send(exchange, "POST", "/api/v1/backtest/create", plan, {
      "x-api-key": owner.accountKey,
      "x-agent-id": owner.agentId,
    });
    expect([named.status, named.json.agent_id]).toEqual([200, owner.agentId]);
  });
});

describe("a backtest's lifecycle", () => {
  it("reports its status at every stage", async () => {
    const { owner } = await afterMorning(QUIET);
    const end_time = "2026-01-01T00:30:00Z";
    const { json } = await owner.send("POST", "/backtest/create", {
      start_time: DAWN,
      end_time,
      starting_balance: "10000",
    });
    const at = (path: string, method = "POST", body?: unknown): Promise<Answer> =>
      owner.send(method, `/backtest/${json.session_id}${path}`, body);
    expect(codeOf(await at("/step"))).toEqual([404, "BACKTEST_NOT_FOUND"]);
    expect(codeOf(await at("/cancel"))).toEqual([404, "BACKTEST_NOT_FOUND"]);
    expect((await at("/status", "GET")).json).toMatchObject({
      status: "created",
      started_at: null,
      virtual_clock: null,
      progress_pct: 0,
      roi_pct: null,
    });
    expect((await at("/start")).json).toEqual({ status: "running", session_id: json.session_id });
    expect((await at("/start")).json.error).toMatchObject({
      code: "BACKTEST_INVALID_STATE",
      message: "Cannot start backtest in 'running' state.",
      details: { current_status: "running", required_status: "created" },
    });
    const { json: last } = await at("/step/batch", "POST", { steps: 100 });
    expect(last).toMatchObject({
      step: 30,
      total_steps: 30,
      remaining_steps: 0,
      progress_pct: "100.00",
      is_complete: true,
    });
    for (const path of ["/step", "/step/batch", "/step/batch/fast"]) {
      expect((await at(path, "POST", { steps: 1 })).json.error, path).toMatchObject({
        code: "BACKTEST_INVALID_STATE",
        message: "Backtest session has already completed.",
        details: { current_status: "completed" },
      });
    }
    for (const path of ["/account/balance", "/trade/orders", "/market/prices"])
      expect(codeOf(await at(path, "GET")), path).toEqual([404, "BACKTEST_NOT_FOUND"]);
    const results = await owner.get(`/backtest/${json.session_id}/results`);
    expect(results.json.summary).toMatchObject({
      final_equity: "10000.00000000",
      total_pnl: "0E-8",
      roi_pct: "0.0000",
      total_trades: 0,
    });
    expect(results.json.metrics).toMatchObject({ sharpe_ratio: null, profit_factor: null, win_rate: "0" });
    expect(
      (await owner.get(`/backtest/${json.session_id}/results/equity-curve?interval=2`)).json.snapshots.map(
        (each: { simulated_at: string }) => each.simulated_at,
      ),
    ).toEqual(["2026-01-01T00:00:00+00:00", "2026-01-01T00:30:00+00:00"]);
  });

  it("can be cancelled, without metrics", async () => {
    const { owner } = await afterMorning(QUIET);
    const session = await backtest(owner, 30);
    await session.send("POST", "/step");
    await session.send("POST", "/trade/order", buy("0.05"));
    const { json } = await session.send("POST", "/cancel");
    expect(json).toEqual({ session_id: session.id, status: "cancelled", total_trades: 1, roi_pct: "-0.03" });
    const { json: results } = await session.send("GET", "/results");
    expect([
      results.status,
      Object.keys(results.metrics ?? {}).length,
      Object.values(results.metrics ?? {}).every((each) => each === null),
    ]).toEqual(["cancelled", 12, true]);
  });

  it.each(BOTH)("reports results at its end, or while it runs (%s)", async (fidelity) => {
    const { owner } = await afterMorning(QUIET, fidelity);
    const early = fidelity === "declared";
    const session = await backtest(owner, 30);
    await session.send("POST", "/step");
    await session.send("POST", "/trade/order", buy("0.05"));
    const look = async (): Promise<unknown[]> => {
      const { json: results } = await session.send("GET", "/results");
      const { json: curve } = await session.send("GET", "/results/equity-curve");
      const { json: trades } = await session.send("GET", "/results/trades");
      const { duration_real_sec: _, ...summary } = results.summary;
      return [summary, results.by_pair.length, curve.snapshots.length, trades.trades.length];
    };
    const blank = {
      final_equity: "10000.00000000",
      total_pnl: "0",
      roi_pct: "0",
      total_trades: 0,
      total_fees: "0E-8",
    };
    const reached = {
      final_equity: "9996.69970000",
      total_pnl: "-3.30030000",
      roi_pct: "-0.0300",
      total_trades: 1,
      total_fees: "3.00030000",
    };
    expect(await look()).toEqual(early ? [reached, 1, 1, 1] : [blank, 0, 0, 0]);
    expect((await session.send("GET", "/status")).json).toMatchObject({ final_equity: null, total_fees: "0E-8" });
    await session.send("POST", "/cancel");
    expect(await look()).toEqual([reached, early ? 1 : 0, 1, 1]);
  });

  it.each(BOTH)("that was abandoned keeps its results, or loses them (%s)", async (fidelity) => {
    const { exchange, owner } = await afterMorning(QUIET, fidelity);
    const session = await backtest(owner, 30);
    await session.send("POST", "/trade/order", buy("0.05"));
    await exchange.advance(3 * 3_600_000);
    const { json } = await session.send("GET", "/results");
    expect([json.status, json.summary.total_trades, json.summary.final_equity, json.by_pair.length]).toEqual(
      fidelity === "observed" ? ["cancelled", 0, "10000.00000000", 0] : ["cancelled", 1, "9996.69970000", 1],
    );
  });

  it.each(BOTH)("writes a loss that rounds to zero with its sign, or without (%s)", async (fidelity) => {
    const { owner } = await afterMorning(QUIET, fidelity);
    const session = await backtest(owner, 30);
    await session.send("POST", "/trade/order", buy("0.00001"));
    const { json } = await session.send("POST", "/cancel");
    expect(json.roi_pct).toBe(fidelity === "observed" ? "-0.00" : "0.00");
    expect((await session.send("GET", "/status")).json.roi_pct).toBe("0.0000");
  });

  it("keeps its results per pair when its trades are deleted after 90 days", async () => {
    const { exchange, owner } = await afterMorning(QUIET);
    const session = await backtest(owner, 30);
    await session.send("POST", "/trade/order", buy("0.05"));
    await session.send("POST", "/step/batch/fast", { steps: 100 });
    const { json: before } = await session.send("GET", "/results");
    await exchange.advance(91 * 86_400_000);
    expect((await session.send("GET", "/results")).json.by_pair).toEqual(before.by_pair);
    expect((await session.send("GET", "/results/trades")).json.trades).toEqual([]);
  });

  it("ends after an hour without requests", async () => {
    const { exchange, owner } = await afterMorning(QUIET);
    const session = await backtest(owner, 30);
    await exchange.advance(59 * 60_000);
    expect((await session.send("POST", "/step")).status).toBe(200);
    await exchange.advance(2 * 3_600_000);
    expect(codeOf(await session.send("POST", "/step"))).toEqual([409, "BACKTEST_INVALID_STATE"]);
    expect((await session.send("GET", "/status")).json.status).toBe("cancelled");
  });

  it("without steps cannot be stepped", async () => {
    const { owner } = await afterMorning(QUIET);
    const session = await backtest(owner, 30, { candle_interval: 86_400 });
    for (const path of ["/step", "/step/batch/fast"]) {
      expect((await session.send("POST", path, { steps: 1 })).json.error.details).toEqual({
        current_status: "complete",
      });
    }
    expect((await session.send("POST", "/step/batch", { steps: 1 })).json.is_complete).toBe(true);
    expect((await session.send("GET", "/status")).json.status).toBe("running");
  });

  it.each(BOTH)("is visible to its account only (%s)", async (fidelity) => {
    const { owner, other } = await afterMorning(QUIET, fidelity);
    const session = await backtest(owner, 30);
    const step = await other.send("POST", `/backtest/${session.id}/step`);
    expect(step.status).toBe(fidelity === "observed" ? 200 : 404);
    for (const path of ["status", "results"])
      expect((await other.get(`/backtest/${session.id}/${path}`)).status).toBe(404);
    expect((await other.get("/backtest/list")).json).toEqual({ backtests: [], total: 0 });
    for (const path of ["results/equity-curve", "results/trades"]) {
      expect((await other.get(`/backtest/${session.id}/${path}`)).status).toBe(fidelity === "observed" ? 200 : 404);
      expect((await other.get(`/backtest/${UNKNOWN}/${path}`)).status).toBe(fidelity === "observed" ? 200 : 404);
    }
  });
});

describe("lists of backtests", () => {
  it.each(BOTH)("can be filtered, sorted, compared and searched for the best (%s)", async (fidelity) => {
    const { owner } = await afterMorning(
      { 0: { BTCUSDT: "60000" }, 20: { BTCUSDT: "61000" }, 25: { BTCUSDT: "60500" } },
      fidelity,
    );
    const ids: string[] = [];
    for (const quantity of ["0.05", "0.1", undefined]) {
      const session = await backtest(owner, 30, { strategy_label: quantity === undefined ? "idle" : "holder" });
      await session.send("POST", "/step");
      if (quantity !== undefined) await session.send("POST", "/trade/order", buy(quantity));
      await session.send("POST", "/step/batch", { steps: 24 });
      await session.send("POST", "/step/batch/fast", { steps: 100 });
      ids.push(session.id);
    }
    const [small, large, idle] = ids as [string, string, string];
    const { json: list } = await owner.get("/backtest/list?sort_by=roi_pct&strategy_label=holder");
    expect([list.total, list.backtests.map((each: { session_id: string }) => each.session_id)]).toEqual([
      2,
      [large, small],
    ]);
    expect((await owner.get("/backtest/list?limit=1")).json.backtests[0].session_id).toBe(idle);
    const { json: both } = await owner.get(`/backtest/compare?sessions=${small},%20${large}`);
    expect([both.comparisons.length, both.best_by_roi, both.best_by_drawdown]).toEqual([2, large, small]);
    expect(both.recommendation).toBe(both.best_by_sharpe);
    const lacking = await owner.get(`/backtest/compare?sessions=${small},${idle}`);
    expect([lacking.status, lacking.json.best_by_roi]).toEqual(
      fidelity === "observed" ? [500, undefined] : [200, small],
    );
    expect((await owner.get(`/backtest/compare?sessions=${small}`)).json.error).toEqual({
      code: "VALIDATION_ERROR",
      message: "Request validation failed.",
      details: { message: "At least 2 session IDs required for comparison.", field: "sessions" },
    });
    expect(codeOf(await owner.get(`/backtest/compare?sessions=${small},${UNKNOWN}`))).toEqual([
      404,
      "BACKTEST_NOT_FOUND",
    ]);
    expect(codeOf(await owner.get(`/backtest/compare?sessions=${small},x`))).toEqual(
      fidelity === "observed" ? [500, "INTERNAL_ERROR"] : [422, "uuid_parsing"],
    );
    expect((await owner.get("/backtest/best?metric=total_trades&strategy_label=holder")).json).toMatchObject({
      metric: "total_trades",
      value: "2",
    });
    expect((await owner.get("/backtest/best")).json).toMatchObject({ session_id: large, metric: "roi_pct" });
    expect(codeOf(await owner.get("/backtest/best?metric=luck"))).toEqual([422, "VALIDATION_ERROR"]);
    expect(codeOf(await owner.get("/backtest/best?strategy_label=none"))).toEqual([404, "BACKTEST_NOT_FOUND"]);
  });
});

describe("the client's backtest methods", () => {
  it("cover the whole lifecycle", async () => {
    const exchange = open({ market: randomWalkMarket({ seed: 5 }), clock: virtualClock("2026-03-01T00:00:00Z") });
    const { apiKey } = await exchange.register();
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
    const { sessionId, totalSteps } = await client.createBacktest({
      startTime: "2026-02-01T00:00:00Z",
      endTime: "2026-02-02T00:00:00Z",
      startingBalance: "10000",
      pairs: ["BTCUSDT"],
    });
    expect(totalSteps).toBe(1440);
    await client.startBacktest(sessionId);
    const order = await client.placeBacktestOrder(sessionId, { symbol: "BTCUSDT", side: "buy", quantity: "0.05" });
    expect(order.status).toBe("filled");
    const stepped = await client.stepBacktest(sessionId, { steps: 10 });
    expect([stepped.step, stepped.portfolio.positions.length]).toEqual([10, 1]);
    const last = await client.batchStepFast(sessionId, { steps: 100_000 });
    expect([last.isComplete, last.stepsExecuted]).toEqual([true, 1430]);
    const results = await client.getBacktestResults(sessionId);
    expect(results.summary.finalEquity.eq(last.portfolio.totalEquity)).toBe(true);
    expect(results.metrics?.sharpeRatio).not.toBeNull();
    await client.close();
  });
});

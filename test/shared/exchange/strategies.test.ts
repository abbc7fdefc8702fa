import { describe, expect, it } from "vitest";
import { AgentExchangeClient, isAgentExchangeError } from "../../../src/index.ts";
import {
  manualMarket,
  randomWalkMarket,
  virtualClock,
  type Exchange,
  type Fidelity,
} from "../../../src/exchange/index.ts";
import { BOTH, codeOf, replayRequests, UNKNOWN } from "./backtests.ts";
import { open, trader, type AnswerTo, type Trader } from "./trader.ts";

const DEFINITION = {
  pairs: ["BTCUSDT"],
  timeframe: "1h",
  entry_conditions: { rsi_below: 30 },
  exit_conditions: { take_profit_pct: 5, stop_loss_pct: 2 },
};
const RANGE = { start: "2025-11-01T00:00:00Z", end: "2025-12-01T00:00:00Z" };

async function setup(
  fidelity: Fidelity = "declared",
): Promise<{ exchange: Exchange; owner: Trader; other: Trader; create: (definition?: object) => Promise<string> }> {
  const exchange = open({ market: randomWalkMarket({ seed: 7 }), fidelity });
  const owner = await trader(exchange);
  const create = async (definition: object = DEFINITION): Promise<string> =>
    (await owner.send("POST", "/strategies", { name: "RSI dip", definition })).json.strategy_id;
  return { exchange, owner, other: await trader(exchange), create };
}

describe("recorded requests for strategies", () => {
  it("get the recorded statuses and structure", async () => {
    const exchange = open({
      market: manualMarket({ BTCUSDT: { price: "61250.40" } }),
      fidelity: "observed",
      clock: virtualClock("2026-11-23T16:13:45.995Z"),
    });
    const { apiKey, agentId } = await trader(exchange);
    const found = await replayRequests(
      exchange,
      apiKey,
      [
        "create_strategy",
        "create_strategy_second",
        "create_strategy_bad",
        "get_strategies",
        "get_strategy",
        "get_strategy_not_found",
        "create_version",
        "deploy_strategy",
        "deploy_strategy_again",
        "undeploy_strategy",
        "undeploy_strategy_again",
        "compare_strategies",
        "run_test",
        "run_test_missing_date_range",
        "get_test_status",
        "list_tests",
        "cancel_test",
        "get_test_results",
        "get_test_not_found",
        "compare_versions",
      ],
      agentId,
    );
    expect(found.filter((each) => !/\.deployed_at: "/.test(each))).toEqual([]);
  });
});

describe("definitions", () => {
  const CASES: readonly (readonly [object, string, readonly (string | number)[]])[] = [
    [{ pairs: undefined }, "missing", ["pairs"]],
    [{ pairs: [] }, "too_short", ["pairs"]],
    [{ pairs: "BTCUSDT" }, "list_type", ["pairs"]],
    [{ pairs: ["BTCUSDT", 5] }, "string_type", ["pairs", 1]],
    [{ timeframe: "2h" }, "literal_error", ["timeframe"]],
    [{ timeframe: null }, "literal_error", ["timeframe"]],
    [{ entry_conditions: null }, "model_type", ["entry_conditions"]],
    [{ exit_conditions: [] }, "model_type", ["exit_conditions"]],
    [{ entry_conditions: { rsi_below: "low" } }, "float_parsing", ["entry_conditions", "rsi_below"]],
    [{ entry_conditions: { macd_cross_above: 2 } }, "bool_parsing", ["entry_conditions", "macd_cross_above"]],
    [{ entry_conditions: { price_above_sma: 20.5 } }, "int_from_float", ["entry_conditions", "price_above_sma"]],
    [{ exit_conditions: { stop_loss_pct: 101 } }, "less_than_equal", ["exit_conditions", "stop_loss_pct"]],
    [{ exit_conditions: { take_profit_pct: -1 } }, "greater_than_equal", ["exit_conditions", "take_profit_pct"]],
    [{ exit_conditions: { max_hold_candles: 0 } }, "greater_than_equal", ["exit_conditions", "max_hold_candles"]],
    [{ max_positions: 51 }, "less_than_equal", ["max_positions"]],
    [{ filters: [] }, "dict_type", ["filters"]],
    [{ model_type: "magic" }, "literal_error", ["model_type"]],
    [{ model_reference: 5 }, "string_type", ["model_reference"]],
    [{ position_size_pct: "big" }, "decimal_parsing", ["position_size_pct"]],
  ];

  it.each(CASES)("with %o are rejected: %s", async (changes, type, loc) => {
    const { owner } = await setup("observed");
    const { status, json } = await owner.send("POST", "/strategies", {
      name: "x",
      definition: { ...DEFINITION, ...changes },
    });
    expect([status, json.error.code]).toEqual([422, "VALIDATION_ERROR"]);
    expect(json.error.details).toMatchObject({
      errors: [{ type, loc, url: `https://errors.pydantic.dev/2.13/v/${type}` }],
    });
  });

  it.each(BOTH)("with two kinds of errors crash the platform (%s)", async (fidelity) => {
    const { owner } = await setup(fidelity);
    for (const changes of [{ position_size_pct: 101 }, { position_size_pct: "0.5" }, { pairs: [" ", ""] }]) {
      const answer = await owner.send("POST", "/strategies", { name: "x", definition: { ...DEFINITION, ...changes } });
      expect(codeOf(answer)).toEqual(fidelity === "observed" ? [500, "INTERNAL_ERROR"] : [422, "VALIDATION_ERROR"]);
    }
  });

  it("are stored as they were sent", async () => {
    const { owner, create } = await setup();
    const definition = {
      pairs: [" btcusdt "],
      entry_conditions: { rsi_below: "30", own: null },
      note: { deep: [1] },
      max_positions: "5",
    };
    const id = await create(definition);
    expect((await owner.get(`/strategies/${id}`)).json.current_definition).toEqual(definition);
  });
});

describe("a strategy's lifecycle", () => {
  it("passes through its states", async () => {
    const { owner, create } = await setup();
    const id = await create();
    const at = (path: string, body?: unknown, method = "POST"): Promise<AnswerTo<"GET", "/strategies/id">> =>
      owner.send(method as "GET", `/strategies/${id}${path}` as `/strategies/${string}`, body);
    expect((await at("/versions", { definition: DEFINITION, change_notes: " two " })).json).toMatchObject({
      version: 2,
      parent_version: 1,
      change_notes: "two",
      status: "draft",
    });
    expect((await at("/versions", undefined, "GET")).json).toMatchObject([
      { version: 2, change_notes: "two" },
      { version: 1, change_notes: "Initial version" },
    ]);
    expect((await at("/deploy", { version: 1 })).json).toMatchObject({
      status: "deployed",
      current_version: 1,
      deployed_at: "2026-01-05T00:00:30Z",
    });
    expect((await at("", undefined, "DELETE")).json.error).toMatchObject({
      code: "STRATEGY_INVALID_STATE",
      details: { current_status: "deployed" },
    });
    expect((await at("/undeploy")).json).toMatchObject({ status: "validated", deployed_at: null });
    expect((await at("/undeploy")).json.error.details).toEqual({ current_status: "validated" });
    expect((await at("", undefined, "DELETE")).json.status).toBe("archived");
    expect((await at("/deploy", { version: 2 })).json.status).toBe("deployed");
    expect(codeOf(await at("/deploy", { version: 3 }))).toEqual([404, "STRATEGY_NOT_FOUND"]);
    expect(codeOf(await at("/versions/0", undefined, "GET"))).toEqual([404, "STRATEGY_NOT_FOUND"]);
    expect((await at("/versions/2", undefined, "GET")).json.status).toBe("deployed");
  });

  it.each(BOTH)("lets a version be deployed again, or never (%s)", async (fidelity) => {
    const { owner, create } = await setup(fidelity);
    const id = await create();
    await owner.send("POST", `/strategies/${id}/deploy`, { version: 1 });
    expect(codeOf(await owner.send("POST", `/strategies/${id}/deploy`, { version: 1 }))).toEqual([
      409,
      "STRATEGY_INVALID_STATE",
    ]);
    await owner.send("POST", `/strategies/${id}/undeploy`);
    expect((await owner.send("POST", `/strategies/${id}/deploy`, { version: 1 })).status).toBe(
      fidelity === "observed" ? 409 : 200,
    );
  });

  it.each(BOTH)("stays deployed under test, or does not (%s)", async (fidelity) => {
    const { exchange, owner, create } = await setup(fidelity);
    const id = await create();
    await owner.send("POST", `/strategies/${id}/deploy`, { version: 1 });
    await owner.send("POST", `/strategies/${id}/test`, { version: 1, date_range: RANGE, episodes: 1 });
    const status = async (): Promise<string> => (await owner.get(`/strategies/${id}`)).json.status;
    expect(await status()).toBe(fidelity === "observed" ? "testing" : "deployed");
    await exchange.advance(60_000);
    expect(await status()).toBe(fidelity === "observed" ? "validated" : "deployed");
    expect((await owner.send("POST", `/strategies/${id}/undeploy`)).status).toBe(fidelity === "observed" ? 409 : 200);
  });

  it("allows a new name and description, but not removing the description", async () => {
    const { owner, create } = await setup();
    const id = await create();
    const put = (body: unknown): Promise<AnswerTo<"PUT", "/strategies/id">> =>
      owner.send("PUT", `/strategies/${id}`, body);
    expect((await put({ description: "buys dips" })).json).toMatchObject({ name: "RSI dip", description: "buys dips" });
    expect((await put({ description: null, name: "Dip" })).json).toMatchObject({
      name: "Dip",
      description: "buys dips",
    });
    expect((await put({ description: "" })).json.description).toBe("");
    expect((await put({})).json.error).toMatchObject({ code: "VALIDATION_ERROR", details: { field: "body" } });
    expect(codeOf(await put({ name: "" }))).toEqual([422, "string_too_short"]);
  });

  it("is visible to its account only", async () => {
    const { owner, other, create } = await setup();
    const id = await create();
    for (const [method, path] of [
      ["GET", ""],
      ["DELETE", ""],
      ["GET", "/versions"],
      ["POST", "/undeploy"],
      ["GET", "/tests"],
    ] as const) {
      expect(codeOf(await other.send(method, `/strategies/${id}${path}`)), path).toEqual([403, "PERMISSION_DENIED"]);
      expect(codeOf(await owner.send(method, `/strategies/${UNKNOWN}${path}`)), path).toEqual([
        404,
        "STRATEGY_NOT_FOUND",
      ]);
      expect((await owner.send(method, `/strategies/nope${path}`)).status, path).toBe(422);
    }
    expect((await other.get("/strategies")).json).toEqual({ strategies: [], total: 0, limit: 50, offset: 0 });
  });

  it("is listed newest first, in pages", async () => {
    const { exchange, owner, create } = await setup();
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) {
      ids.push(await create());
      await exchange.advance(1000);
    }
    const { json } = await owner.get("/strategies?limit=1&offset=1&status=draft");
    expect([json.total, json.strategies.map((each: { strategy_id: string }) => each.strategy_id)]).toEqual([
      3,
      [ids[1]],
    ]);
    expect((await owner.get("/strategies?status=nonsense")).json.total).toBe(0);
  });
});

describe("comparing strategies", () => {
  it("checks ids in order", async () => {
    const { exchange, owner, other, create } = await setup();
    const id = await create();
    const foreign = (await other.send("POST", "/strategies", { name: "x", definition: DEFINITION })).json.strategy_id;
    const compare = (body: unknown): Promise<AnswerTo<"POST", "/strategies/compare">> =>
      owner.send("POST", "/strategies/compare", body);
    expect(codeOf(await compare({ strategy_ids: [UNKNOWN, foreign] }))).toEqual([404, "STRATEGY_NOT_FOUND"]);
    expect(codeOf(await compare({ strategy_ids: [foreign, UNKNOWN] }))).toEqual([403, "PERMISSION_DENIED"]);
    expect(codeOf(await compare({ strategy_ids: [id] }))).toEqual([422, "too_short"]);
    expect(codeOf(await compare({ strategy_ids: [id, "x"] }))).toEqual([422, "uuid_parsing"]);
    expect(codeOf(await compare({ strategy_ids: [id, id], ranking_metric: "luck" }))).toEqual([422, "literal_error"]);
    const { json } = await compare({ strategy_ids: [id, id] });
    expect([json.strategies.map((each: { rank: number }) => each.rank), json.winner_id]).toEqual([[1, 2], null]);
    exchange.close();
  });

  it.each(BOTH)("ranks by averages, or not at all (%s)", async (fidelity) => {
    const { exchange, owner, create } = await setup(fidelity);
    const buyer = await create({
      pairs: ["ETHUSDT"],
      timeframe: "1h",
      entry_conditions: { price_above_sma: 20 },
      exit_conditions: { stop_loss_pct: 1 },
    });
    const idle = await create({ pairs: ["ETHUSDT"] });
    for (const id of [buyer, idle])
      await owner.send("POST", `/strategies/${id}/test`, {
        version: 1,
        date_range: RANGE,
        episodes: 2,
        episode_duration_days: 5,
      });
    await exchange.advance(300_000);
    const { json } = await owner.send("POST", "/strategies/compare", {
      strategy_ids: [buyer, idle],
      ranking_metric: "max_drawdown_pct",
    });
    expect(json.strategies.map((each: { has_test_results: boolean }) => each.has_test_results)).toEqual([true, true]);
    const [first, second] = json.strategies;
    const figures = [json.winner_id, first.metrics.max_drawdown_pct, (second?.metrics.total_trades ?? 0) > 0];
    expect(figures).toEqual(fidelity === "observed" ? [null, null, false] : [idle, 0, true]);
  });
});

describe("the client's strategy methods", () => {
  it("cover the whole lifecycle, test runs included", async () => {
    const { exchange } = await setup();
    const { apiKey } = await exchange.register();
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
    const { strategyId } = await client.createStrategy({
      name: "Trend",
      definition: {
        pairs: ["BTCUSDT"],
        timeframe: "1h",
        entry_conditions: { price_above_ema: 12 },
        exit_conditions: { trailing_stop_pct: 1 },
      },
    });
    await client.createVersion(strategyId, { definition: { pairs: ["BTCUSDT"] } });
    const run = await client.runTest(strategyId, { version: 1, dateRange: RANGE, episodes: 3, episodeDurationDays: 5 });
    await exchange.advance(60_000);
    const detail = await client.getTestStatus(strategyId, run.testRunId);
    expect([detail.status, detail.results?.episodesCompleted, detail.config?.dateRange.start]).toEqual([
      "completed",
      3,
      "2025-11-01T00:00:00+00:00",
    ]);
    expect(detail.results?.totalTrades).toBeGreaterThan(0);
    expect((await client.compareVersions(strategyId, 1, 2)).v1.episodesCompleted).toBe(3);
    expect((await client.deployStrategy(strategyId, 1)).status).toBe("deployed");
    expect((await client.undeployStrategy(strategyId)).status).toBe("validated");
    expect(await client.getStrategies()).toHaveLength(1);
    expect((await client.getStrategy(strategyId)).latestTestResults?.episodesCompleted).toBe(3);
    const error = await client.deployStrategy(strategyId, 9).catch((reason: unknown) => reason);
    expect(isAgentExchangeError(error) && error.code).toBe("STRATEGY_NOT_FOUND");
    await client.close();
  });
});

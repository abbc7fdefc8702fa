import { describe, expect, it } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { manualMarket, virtualClock, type Exchange, type Fidelity } from "../../../src/exchange/index.ts";
import { BOTH, codeOf, replayRequests, UNKNOWN } from "./backtests.ts";
import { open, trader, type Answer, type Trader } from "./trader.ts";

const RUN = "4c35caf3-0962-4cf7-a529-95cd47a9244a";

async function setup(fidelity: Fidelity = "declared"): Promise<{ exchange: Exchange; owner: Trader; other: Trader }> {
  const exchange = open({
    market: manualMarket({ BTCUSDT: { price: "61250.40" } }),
    fidelity,
    clock: virtualClock("2026-05-01T10:00:00.477Z"),
  });
  return { exchange, owner: await trader(exchange), other: await trader(exchange) };
}

describe("training runs as recorded", () => {
  it("get the recorded statuses and structure", async () => {
    const { exchange, owner } = await setup("observed");
    const names = [
      "register_training_run",
      "report_episode_1",
      "report_episode_2",
      "report_episode_3",
      "get_training_runs",
      "get_training_run",
      "get_training_run_not_found",
      "compare_training_runs",
      "complete_training_run",
    ];
    const found = await replayRequests(exchange, owner.apiKey, names, owner.agentId);
    expect(found.filter((each) => !/\.completed_at: "/.test(each))).toEqual([]);
  });
});

describe("training runs", () => {
  const episodes = [
    { episode_number: 1, roi_pct: 1, sharpe_ratio: 0.5, max_drawdown_pct: 1, total_trades: 1, reward_sum: 10 },
    { episode_number: 3, roi_pct: -2, sharpe_ratio: 0.1, max_drawdown_pct: 3 },
    { episode_number: 2, roi_pct: "3.0", max_drawdown_pct: 2, reward_sum: 12.5, sharpe_ratio: null },
    { episode_number: 4 },
  ];

  it("aggregate what was reported", async () => {
    const { exchange, owner } = await setup();
    expect(
      (await owner.send("POST", "/training/runs", { run_id: RUN.toUpperCase(), config: { lr: 0.1 } })).json,
    ).toEqual({
      run_id: RUN,
      status: "running",
      config: { lr: 0.1 },
      episodes_total: null,
      episodes_completed: 0,
      started_at: "2026-05-01T10:00:00.477000Z",
      completed_at: null,
    });
    for (const episode of episodes) await owner.send("POST", `/training/runs/${RUN}/episodes`, episode);
    const running = (await owner.get(`/training/runs/${RUN}`)).json;
    expect([running.learning_curve, running.aggregate_stats, running.episodes_completed]).toEqual([null, null, 4]);
    expect(
      running.episodes.map((each: { episode_number: number; metrics: object }) => [
        each.episode_number,
        Object.keys(each.metrics).length,
      ]),
    ).toEqual([
      [1, 5],
      [2, 3],
      [3, 3],
      [4, 0],
    ]);
    expect(running.episodes[0].created_at).toBe("2026-05-01T10:00:00.477000+00:00");
    await exchange.advance(1000);
    expect((await owner.send("POST", `/training/runs/${RUN}/complete`)).json).toMatchObject({
      status: "completed",
      completed_at: "2026-05-01T10:00:01.477000Z",
    });
    const done = (await owner.get(`/training/runs/${RUN}`)).json;
    expect(done.learning_curve).toEqual({ roi_pct: [1, 3, -2], reward_sum: [10, 12.5] });
    expect(done.aggregate_stats).toEqual({
      total_episodes: 3,
      avg_roi_pct: 0.6667,
      best_roi_pct: 3,
      worst_roi_pct: -2,
      avg_sharpe: 0.3,
      avg_max_drawdown_pct: 2,
      avg_reward_sum: 11.25,
      best_reward_sum: 12.5,
    });
    expect((await owner.get(`/training/runs/${RUN}/learning-curve`)).json).toEqual({
      episode_numbers: [1, 2, 3],
      raw_values: [1, 3, -2],
      smoothed_values: [1, 2, 0.6667],
      metric: "roi_pct",
      window: 10,
    });
    expect((await owner.get(`/training/runs/${RUN}/learning-curve?metric=reward_sum&window=2`)).json).toMatchObject({
      raw_values: [10, 12.5],
      smoothed_values: [10, 11.25],
    });
    expect((await owner.get(`/training/runs/${RUN}/learning-curve?metric=luck`)).json).toMatchObject({
      episode_numbers: [],
      raw_values: [],
    });
    expect((await owner.get(`/training/runs/${RUN}/learning-curve?window=101`)).status).toBe(422);
    await owner.send("POST", `/training/runs/${RUN}/episodes`, { episode_number: 1, roi_pct: 100 });
    expect((await owner.get(`/training/runs/${RUN}`)).json).toMatchObject({
      episodes_completed: 5,
      aggregate_stats: { total_episodes: 3 },
    });
  });

  it("without metrics have no statistics", async () => {
    const { owner } = await setup();
    await owner.send("POST", "/training/runs", { run_id: RUN, config: null });
    await owner.send("POST", `/training/runs/${RUN}/complete`);
    expect((await owner.get(`/training/runs/${RUN}`)).json).toMatchObject({
      config: null,
      learning_curve: null,
      aggregate_stats: null,
    });
    await owner.send("POST", `/training/runs/${RUN}/episodes`, { episode_number: 1 });
    await owner.send("POST", `/training/runs/${RUN}/complete`);
    expect((await owner.get(`/training/runs/${RUN}`)).json).toMatchObject({
      learning_curve: { roi_pct: [], reward_sum: null },
      aggregate_stats: {},
    });
  });

  it.each(BOTH)("reject invalid ids (%s)", async (fidelity) => {
    const { owner, other } = await setup(fidelity);
    const observed = fidelity === "observed";
    const register = (body: object): Promise<Answer> => owner.send("POST", "/training/runs", body);
    expect(codeOf(await register({ run_id: "mine" }))).toEqual(
      observed ? [500, "INTERNAL_ERROR"] : [422, "uuid_parsing"],
    );
    expect(codeOf(await register({ run_id: RUN, strategy_id: UNKNOWN }))).toEqual(
      observed ? [500, "DATABASE_ERROR"] : [404, "STRATEGY_NOT_FOUND"],
    );
    expect((await register({ run_id: RUN })).status).toBe(201);
    for (const who of [owner, other]) {
      expect(codeOf(await who.send("POST", "/training/runs", { run_id: RUN }))).toEqual(
        observed ? [500, "DATABASE_ERROR"] : [409, "TRAINING_RUN_INVALID_STATE"],
      );
    }
    const report = (id: string, body: object = {}): Promise<Answer> =>
      owner.send("POST", `/training/runs/${id}/episodes`, { episode_number: 1, ...body });
    expect(codeOf(await report(UNKNOWN))).toEqual(observed ? [500, "INTERNAL_ERROR"] : [404, "TRAINING_RUN_NOT_FOUND"]);
    expect(codeOf(await report(RUN, { session_id: "x" }))).toEqual(
      observed ? [500, "INTERNAL_ERROR"] : [422, "uuid_parsing"],
    );
    expect(codeOf(await report(RUN, { session_id: UNKNOWN }))).toEqual(
      observed ? [500, "DATABASE_ERROR"] : [404, "BACKTEST_NOT_FOUND"],
    );
    expect(codeOf(await report(RUN, { episode_number: 0 }))).toEqual([422, "greater_than_equal"]);
    expect(codeOf(await report(RUN, { roi_pct: "much" }))).toEqual([422, "float_parsing"]);
    expect((await owner.get(`/training/runs/${RUN}`)).json.episodes).toEqual([]);
    expect(codeOf(await owner.send("POST", `/training/runs/${UNKNOWN}/complete`))).toEqual([
      404,
      "TRAINING_RUN_NOT_FOUND",
    ]);
    expect(codeOf(await owner.get("/training/compare?run_ids=x"))).toEqual(
      observed ? [500, "INTERNAL_ERROR"] : [422, "uuid_parsing"],
    );
    expect((await owner.get("/training/compare?run_ids=")).json).toEqual({ runs: [] });
  });

  it.each(BOTH)("are visible to their account only, or to all (%s)", async (fidelity) => {
    const { owner, other } = await setup(fidelity);
    const observed = fidelity === "observed";
    await owner.send("POST", "/training/runs", { run_id: RUN });
    await owner.send("POST", `/training/runs/${RUN}/episodes`, { episode_number: 1, roi_pct: 2 });
    for (const [method, path] of [
      ["GET", ""],
      ["POST", "/complete"],
    ] as const)
      expect(codeOf(await other.send(method, `/training/runs/${RUN}${path}`, undefined))).toEqual([
        403,
        "PERMISSION_DENIED",
      ]);
    expect(codeOf(await other.send("POST", `/training/runs/${RUN}/episodes`, { episode_number: 2 }))).toEqual([
      403,
      "PERMISSION_DENIED",
    ]);
    const curve = await other.get(`/training/runs/${RUN}/learning-curve`);
    expect([curve.status, curve.json.raw_values]).toEqual(observed ? [200, [2]] : [403, undefined]);
    const unknown = await other.get(`/training/runs/${UNKNOWN}/learning-curve`);
    expect([unknown.status, unknown.json.raw_values]).toEqual(observed ? [200, []] : [404, undefined]);
    expect((await other.get(`/training/compare?run_ids=${RUN},%20,${UNKNOWN}`)).json.runs).toHaveLength(
      observed ? 1 : 0,
    );
    expect((await other.get("/training/runs")).json).toEqual([]);
    expect((await owner.get("/training/runs?status=running&limit=1")).json).toHaveLength(1);
  });

  it("work through the client", async () => {
    const { exchange } = await setup();
    const { apiKey } = await exchange.register();
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
    await client.registerTrainingRun({ runId: RUN, config: { algo: "ppo" } });
    await client.reportEpisode(RUN, { episodeNumber: 1, roiPct: 1.5 });
    await client.completeTrainingRun(RUN);
    const run = await client.getTrainingRun(RUN);
    expect([run.status, run.aggregateStats?.avgRoiPct, run.episodes[0]?.metrics.roiPct]).toEqual([
      "completed",
      1.5,
      1.5,
    ]);
    expect(await client.compareTrainingRuns([RUN, UNKNOWN])).toHaveLength(1);
    expect(await client.getTrainingRuns()).toHaveLength(1);
    await client.close();
  });
});

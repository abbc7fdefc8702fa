// Strategies, their tests, training runs and the data range through the client, against the exchange in both fidelities.
import { describe, expect, it } from "vitest";
import { ConflictError, NotFoundError } from "../../../src/errors/index.ts";
import { BOTH, NOBODY, setup, START } from "./researchSetup.ts";

describe.each(BOTH)("strategies, tests and training runs (%s)", (fidelity) => {
  const definition = { pairs: ["BTCUSDT"], entry_conditions: { rsi_below: 30 } };

  it("a strategy is updated, versioned and archived", async () => {
    const { client, stranger, done, failed } = await setup(fidelity);
    const { strategyId } = await done(client.createStrategy({ name: "dip", definition }));
    await done(client.createVersion(strategyId, { definition: { pairs: ["ETHUSDT"] }, changeNotes: "eth" }));
    expect(await done(client.updateStrategy(strategyId, { description: "buys dips" }))).toMatchObject({
      name: "dip",
      description: "buys dips",
    });
    expect((await done(client.updateStrategy(strategyId, { description: "" }))).description).toBe("");
    const versions = await done(client.getVersions(strategyId));
    expect(versions.map(({ version, changeNotes, parentVersion }) => [version, changeNotes, parentVersion])).toEqual([
      [2, "eth", 1],
      [1, "Initial version", null],
    ]);
    expect(await done(client.getVersion(strategyId, 1))).toEqual(versions[1]);
    expect(await failed(client.getVersion(strategyId, 3))).toMatchObject({ code: "STRATEGY_NOT_FOUND", attempts: 1 });
    expect(await failed(client.getVersions(NOBODY))).toBeInstanceOf(NotFoundError);
    for (const call of [
      () => stranger.getVersions(strategyId),
      () => stranger.updateStrategy(strategyId, { name: "x" }),
      () => stranger.archiveStrategy(strategyId),
    ])
      expect(await failed(call())).toMatchObject({ name: "PermissionError" });
    await done(client.deployStrategy(strategyId, 1));
    expect(await failed(client.archiveStrategy(strategyId))).toBeInstanceOf(ConflictError);
    await done(client.undeployStrategy(strategyId));
    expect((await done(client.archiveStrategy(strategyId))).status).toBe("archived");
    expect((await done(client.archiveStrategy(strategyId))).status).toBe("archived");
    expect((await done(client.getStrategies())).map(({ status }) => status)).toEqual(["archived"]);
  });

  it("tests are listed and cancelled", async () => {
    const { client, done, failed } = await setup(fidelity);
    const { strategyId } = await done(client.createStrategy({ name: "dip", definition }));
    expect(await done(client.getTests(strategyId))).toEqual([]);
    const dateRange = { start: START, end: "2026-01-05T01:00:00Z" };
    const { testRunId } = await done(client.runTest(strategyId, { version: 1, episodes: 1, dateRange }));
    expect((await done(client.getTests(strategyId))).map((test) => [test.testRunId, test.version])).toEqual([
      [testRunId, 1],
    ]);
    const missing = await failed(client.getLatestTestResults(strategyId));
    expect(missing).toBeInstanceOf(NotFoundError);
    expect(await done(client.cancelTest(strategyId, testRunId))).toMatchObject({ testRunId, status: "cancelled" });
    expect((await done(client.cancelTest(strategyId, testRunId))).status).toBe("cancelled");
    expect((await done(client.getTestStatus(strategyId, testRunId))).status).toBe("cancelled");
  });

  it("the results of the latest test can be read without its id", async () => {
    const { exchange, client, done } = await setup(fidelity);
    const { strategyId } = await done(client.createStrategy({ name: "dip", definition }));
    const dateRange = { start: START, end: "2026-01-05T01:00:00Z" };
    const { testRunId } = await done(client.runTest(strategyId, { version: 1, episodes: 1, dateRange }));
    await exchange.advance(5 * 60_000);
    const latest = await done(client.getLatestTestResults(strategyId));
    expect(latest).toMatchObject({ testRunId, status: "completed", version: 1 });
    expect(latest.recommendations).not.toBeNull();
    expect(latest).toEqual(await done(client.getTestResults(strategyId, testRunId)));
  });

  it("a metric of a training run is smoothed", async () => {
    const { client, done } = await setup(fidelity);
    const runId = "e525356c-abe0-4594-88b8-5e00d2fb0eba";
    await done(client.registerTrainingRun({ runId }));
    for (const [index, roiPct] of [1, 3, -2].entries())
      await done(
        client.reportEpisode(runId, { episodeNumber: index + 1, roiPct, ...(index === 1 ? { rewardSum: 5 } : {}) }),
      );
    expect(await done(client.getLearningCurve(runId))).toEqual({
      episodeNumbers: [1, 2, 3],
      rawValues: [1, 3, -2],
      smoothedValues: [1, 2, 0.6667],
      metric: "roi_pct",
      window: 10,
    });
    expect(await done(client.getLearningCurve(runId, { metric: "reward_sum", window: 2 }))).toMatchObject({
      episodeNumbers: [2],
      rawValues: [5],
      window: 2,
    });
  });

  it("the data range covers the candles", async () => {
    const { client, done } = await setup(fidelity);
    const { earliest, latest, totalPairs, dataGaps } = await done(client.getDataRange());
    expect([earliest, latest]).toEqual([new Date(START), new Date("2026-01-05T00:10:00Z")]);
    expect([totalPairs, dataGaps]).toEqual([2, []]);
  });
});

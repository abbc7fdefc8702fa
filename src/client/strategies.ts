import {
  compareStrategies,
  compareVersions,
  createStrategy,
  createVersion,
  deployStrategy,
  getStrategies,
  getStrategy,
  getTestResults,
  getTestStatus,
  runTest,
  undeployStrategy,
  type CreateStrategyInput,
  type CreateVersionInput,
  type RankingMetric,
  type GetStrategiesOptions,
  type Strategy,
  type StrategyComparison,
  type StrategyDetail,
  type StrategyVersion,
  type RunTestInput,
  type TestRun,
  type TestRunDetail,
  type VersionComparison,
} from "../endpoints/index.ts";
import type { CallOptions } from "../transport/index.ts";
import { AccountMethods } from "./account.ts";

/** Strategies: rules that the platform keeps in versions, and tests of them. */
export abstract class StrategyMethods extends AccountMethods {
  /**
   * Stores a strategy with its first version. The definition is checked before it is sent, and stored as it is given.
   *
   * @throws ValidationError naming the rule of the definition that is broken
   * @example
   * ```ts
   * const strategy = await client.createStrategy({
   *   name: "RSI dip",
   *   definition: { pairs: ["BTCUSDT"], timeframe: "1h", entry_conditions: { rsi_below: 30 }, exit_conditions: { take_profit_pct: 5 } },
   * });
   * console.log(strategy.strategyId, strategy.status);
   * ```
   */
  createStrategy(strategy: CreateStrategyInput, options?: CallOptions): Promise<Strategy> {
    return this.send(createStrategy, strategy, options);
  }

  /**
   * Strategies, newest first, archived ones included. For more than one page raise `offset` by `limit` until a page is
   * shorter than `limit`.
   *
   * @example
   * ```ts
   * const strategies = await client.getStrategies({ limit: 10 });
   * console.log(strategies.map(({ name, status }) => `${name}: ${status}`));
   * ```
   */
  getStrategies(query: GetStrategiesOptions = {}, options?: CallOptions): Promise<readonly Strategy[]> {
    return this.send(getStrategies, query, options);
  }

  /**
   * One strategy with its current definition and the results of its latest test.
   *
   * @throws NotFoundError, PermissionError when it is another account's
   * @example
   * ```ts
   * const { name, currentVersion } = await client.getStrategy("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7");
   * console.log(name, currentVersion);
   * ```
   */
  getStrategy(strategyId: string, options?: CallOptions): Promise<StrategyDetail> {
    return this.send(getStrategy, { strategyId }, options);
  }

  /**
   * Adds a version; older ones stay as they are.
   *
   * @throws NotFoundError, ValidationError
   * @example
   * ```ts
   * const { version } = await client.createVersion("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7", {
   *   definition: { pairs: ["BTCUSDT"], entry_conditions: { rsi_below: 25 } },
   *   changeNotes: "deeper dips",
   * });
   * console.log(version);
   * ```
   */
  createVersion(strategyId: string, version: CreateVersionInput, options?: CallOptions): Promise<StrategyVersion> {
    return this.send(createVersion, { ...version, strategyId }, options);
  }

  /**
   * Marks a version as the one in use. The platform runs no orders for it, and deploys a version only once.
   *
   * @throws ConflictError when that version was deployed before
   * @example
   * ```ts
   * await client.deployStrategy("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7", 1);
   * ```
   */
  deployStrategy(strategyId: string, version: number, options?: CallOptions): Promise<Strategy> {
    return this.send(deployStrategy, { strategyId, version }, options);
  }

  /**
   * Takes a deployed strategy out of use.
   *
   * @throws ConflictError when it is not deployed
   * @example
   * ```ts
   * await client.undeployStrategy("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7");
   * ```
   */
  undeployStrategy(strategyId: string, options?: CallOptions): Promise<Strategy> {
    return this.send(undeployStrategy, { strategyId }, options);
  }

  /**
   * Ranks 2 to 10 strategies by a figure of their latest tests, best first.
   *
   * @example
   * ```ts
   * const ids = ["916f4bc8-b79b-4106-81b5-1b9dae1b9fd7", "52b8e643-0d83-44e2-877d-9af6267a1c85"];
   * const { strategies } = await client.compareStrategies(ids, { rankingMetric: "sharpe_ratio" });
   * console.log(strategies[0]?.name);
   * ```
   */
  compareStrategies(
    strategyIds: readonly string[],
    query: { readonly rankingMetric?: RankingMetric | undefined } = {},
    options?: CallOptions,
  ): Promise<StrategyComparison> {
    return this.send(compareStrategies, { ...query, strategyIds }, options);
  }

  /**
   * Starts a test of one version: `episodes` backtests within `dateRange`, which the platform requires.
   *
   * @example
   * ```ts
   * const { testRunId } = await client.runTest("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7", {
   *   version: 1,
   *   episodes: 3,
   *   dateRange: { start: "2026-01-01T00:00:00Z", end: "2026-02-01T00:00:00Z" },
   *   episodeDurationDays: 7,
   * });
   * console.log(testRunId);
   * ```
   */
  runTest(strategyId: string, test: RunTestInput, options?: CallOptions): Promise<TestRun> {
    return this.send(runTest, { ...test, strategyId }, options);
  }

  /**
   * How far a test is.
   *
   * @throws NotFoundError
   * @example
   * ```ts
   * const { status, progressPct } = await client.getTestStatus("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7", "a1518339-27c1-46f7-a531-d472d8810f6b");
   * console.log(status, progressPct);
   * ```
   */
  getTestStatus(strategyId: string, testId: string, options?: CallOptions): Promise<TestRunDetail> {
    return this.send(getTestStatus, { strategyId, testId }, options);
  }

  /**
   * A test with its results and recommendations; both are null until it is completed.
   *
   * @throws NotFoundError
   * @example
   * ```ts
   * const { results } = await client.getTestResults("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7", "a1518339-27c1-46f7-a531-d472d8810f6b");
   * console.log(results?.avgRoiPct);
   * ```
   */
  getTestResults(strategyId: string, testId: string, options?: CallOptions): Promise<TestRunDetail> {
    return this.send(getTestResults, { strategyId, testId }, options);
  }

  /**
   * Compares the latest completed tests of two versions.
   *
   * @example
   * ```ts
   * const { improvements, verdict } = await client.compareVersions("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7", 1, 2);
   * console.log(improvements.roiPct, verdict);
   * ```
   */
  compareVersions(strategyId: string, v1: number, v2: number, options?: CallOptions): Promise<VersionComparison> {
    return this.send(compareVersions, { strategyId, v1, v2 }, options);
  }
}

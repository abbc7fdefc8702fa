import {
  batchStepFast,
  cancelBacktest,
  compareTrainingRuns,
  completeTrainingRun,
  computeDeflatedSharpe,
  createBacktest,
  getBacktestResults,
  getTrainingRun,
  getTrainingRuns,
  placeBacktestOrder,
  registerTrainingRun,
  reportEpisode,
  startBacktest,
  stepBacktest,
  stepBacktestBatch,
  type PlaceBacktestOrderInput,
  type BacktestResults,
  type BacktestStep,
  type CancelledBacktest,
  type CreatedBacktest,
  type DeflatedSharpe,
  type ComputeDeflatedSharpeInput,
  type ReportEpisodeInput,
  type FastBacktestStep,
  type BatchStepFastInput,
  type CreateBacktestInput,
  type RegisterTrainingRunInput,
  type PlacedBacktestOrder,
  type StartedBacktest,
  type ComparedRun,
  type TrainingRun,
  type TrainingRunDetail,
  type GetTrainingRunsOptions,
} from "../endpoints/index.ts";
import type { CallOptions } from "../transport/index.ts";
import { StrategyMethods } from "./strategies.ts";

/** Backtests, training runs and statistics. */
export abstract class ResearchMethods extends StrategyMethods {
  /**
   * Makes a backtest session over past candles, with an account of its own.
   *
   * @throws AgentExchangeError `BACKTEST_NO_DATA` when there are no candles for that time
   * @example
   * ```ts
   * const { sessionId, totalSteps } = await client.createBacktest({
   *   startTime: "2026-11-22T20:00:00Z",
   *   endTime: "2026-11-22T22:00:00Z",
   *   startingBalance: "10000",
   *   pairs: ["BTCUSDT"],
   * });
   * console.log(sessionId, totalSteps);
   * ```
   */
  createBacktest(backtest: CreateBacktestInput, options?: CallOptions): Promise<CreatedBacktest> {
    return this.send(createBacktest, backtest, options);
  }

  /**
   * Starts a session that was made; it moves only when it is stepped.
   *
   * @throws NotFoundError, ConflictError when it was started before
   * @example
   * ```ts
   * await client.startBacktest("cad02018-7d9f-4ab7-a777-aa6a70c79ef0");
   * ```
   */
  startBacktest(sessionId: string, options?: CallOptions): Promise<StartedBacktest> {
    return this.send(startBacktest, { sessionId }, options);
  }

  /**
   * Moves a session on by one candle, or by up to 10 000; of several the last one is told.
   *
   * @throws NotFoundError when it is not running, ConflictError when it is over
   * @example
   * ```ts
   * const { virtualTime, portfolio } = await client.stepBacktest("cad02018-7d9f-4ab7-a777-aa6a70c79ef0", { steps: 10 });
   * console.log(virtualTime, portfolio.totalEquity.toString());
   * ```
   */
  stepBacktest(
    sessionId: string,
    query: { readonly steps?: number | undefined } = {},
    options?: CallOptions,
  ): Promise<BacktestStep> {
    const { steps, ...rest } = query;
    return steps === undefined
      ? this.send(stepBacktest, { ...rest, sessionId }, options)
      : this.send(stepBacktestBatch, { ...rest, sessionId, steps }, options);
  }

  /**
   * Moves a session on by up to 100 000 candles in one go. The call that reaches the end has figures only in
   * {@link ResearchMethods.getBacktestResults}.
   *
   * @throws as {@link ResearchMethods.stepBacktest}
   * @example
   * ```ts
   * const step = await client.batchStepFast("cad02018-7d9f-4ab7-a777-aa6a70c79ef0", { steps: 1000, includeIntermediateTrades: true });
   * console.log(step.stepsExecuted, step.isComplete);
   * ```
   */
  batchStepFast(sessionId: string, query: BatchStepFastInput, options?: CallOptions): Promise<FastBacktestStep> {
    return this.send(batchStepFast, { ...query, sessionId }, options);
  }

  /**
   * Places an order inside a session; a refused one comes back with status `rejected`. Unlike live, a stop-loss buy waits
   * for the price to rise here, and a take-profit buy for it to fall.
   *
   * @throws NotFoundError when the session is not running, InsufficientBalanceError
   * @example
   * ```ts
   * const { status } = await client.placeBacktestOrder("cad02018-7d9f-4ab7-a777-aa6a70c79ef0", {
   *   symbol: "BTCUSDT",
   *   side: "buy",
   *   type: "market",
   *   quantity: "0.01",
   * });
   * console.log(status);
   * ```
   */
  placeBacktestOrder(
    sessionId: string,
    order: PlaceBacktestOrderInput,
    options?: CallOptions,
  ): Promise<PlacedBacktestOrder> {
    return this.send(placeBacktestOrder, { ...order, sessionId }, options);
  }

  /**
   * Summary, metrics and figures by pair. Until the session ends, the platform's summary has the starting balance and
   * zeros; each metric is null unless the session was completed.
   *
   * @throws NotFoundError
   * @example
   * ```ts
   * const { summary, metrics } = await client.getBacktestResults("cad02018-7d9f-4ab7-a777-aa6a70c79ef0");
   * console.log(summary.roiPct.toString(), metrics?.sharpeRatio?.toString());
   * ```
   */
  getBacktestResults(sessionId: string, options?: CallOptions): Promise<BacktestResults> {
    return this.send(getBacktestResults, { sessionId }, options);
  }

  /**
   * Ends a running session without closing its positions.
   *
   * @throws NotFoundError when it is not running
   * @example
   * ```ts
   * await client.cancelBacktest("cad02018-7d9f-4ab7-a777-aa6a70c79ef0");
   * ```
   */
  cancelBacktest(sessionId: string, options?: CallOptions): Promise<CancelledBacktest> {
    return this.send(cancelBacktest, { sessionId }, options);
  }

  /**
   * Announces a training run under a UUID of your own.
   *
   * @example
   * ```ts
   * await client.registerTrainingRun({ runId: crypto.randomUUID(), config: { algo: "ppo" } });
   * ```
   */
  registerTrainingRun(run: RegisterTrainingRunInput, options?: CallOptions): Promise<TrainingRun> {
    return this.send(registerTrainingRun, run, options);
  }

  /**
   * Adds the figures of one episode to a training run. A number that is reported twice counts twice.
   *
   * @throws PermissionError
   * @example
   * ```ts
   * await client.reportEpisode("a75ef34c-41c2-4a84-a2a1-8e8d91d59694", { episodeNumber: 1, roiPct: 1.5, rewardSum: 3.25 });
   * ```
   */
  reportEpisode(runId: string, episode: ReportEpisodeInput, options?: CallOptions): Promise<TrainingRun> {
    return this.send(reportEpisode, { ...episode, runId }, options);
  }

  /**
   * Ends a training run and has its statistics computed.
   *
   * @throws NotFoundError
   * @example
   * ```ts
   * const { status } = await client.completeTrainingRun("a75ef34c-41c2-4a84-a2a1-8e8d91d59694");
   * console.log(status);
   * ```
   */
  completeTrainingRun(runId: string, options?: CallOptions): Promise<TrainingRun> {
    return this.send(completeTrainingRun, { runId }, options);
  }

  /**
   * Training runs, newest first.
   *
   * @example
   * ```ts
   * const runs = await client.getTrainingRuns({ status: "completed" });
   * console.log(runs.length);
   * ```
   */
  getTrainingRuns(query: GetTrainingRunsOptions = {}, options?: CallOptions): Promise<readonly TrainingRun[]> {
    return this.send(getTrainingRuns, query, options);
  }

  /**
   * One training run with its episodes; learning curve and statistics are null until it is completed.
   *
   * @throws NotFoundError, PermissionError
   * @example
   * ```ts
   * const { episodes } = await client.getTrainingRun("a75ef34c-41c2-4a84-a2a1-8e8d91d59694");
   * console.log(episodes.length);
   * ```
   */
  getTrainingRun(runId: string, options?: CallOptions): Promise<TrainingRunDetail> {
    return this.send(getTrainingRun, { runId }, options);
  }

  /**
   * Several training runs side by side; unknown ones are left out, the order is open.
   *
   * @example
   * ```ts
   * const runs = await client.compareTrainingRuns(["a75ef34c-41c2-4a84-a2a1-8e8d91d59694"]);
   * console.log(runs.map((run) => run.aggregateStats?.avgRoiPct));
   * ```
   */
  compareTrainingRuns(runIds: readonly string[], options?: CallOptions): Promise<readonly ComparedRun[]> {
    return this.send(compareTrainingRuns, { runIds }, options);
  }

  /**
   * Whether a Sharpe ratio holds once it is known how many strategies were tried to find it.
   *
   * @example
   * ```ts
   * const returns = [0.01, -0.005, 0.007, 0.002, -0.003, 0.011, 0.004, -0.006, 0.009, 0.001];
   * const { isSignificant } = await client.computeDeflatedSharpe({ returns, numTrials: 5 });
   * console.log(isSignificant);
   * ```
   */
  computeDeflatedSharpe(query: ComputeDeflatedSharpeInput, options?: CallOptions): Promise<DeflatedSharpe> {
    return this.send(computeDeflatedSharpe, query, options);
  }
}

import { randomUuid } from "../../base/random.ts";
import { crash } from "../../base/rejection.ts";
import { emitEvent } from "../webhooks/outbox.ts";
import type { ExchangeState } from "../state.ts";
import {
  beginEpisode,
  countCandles,
  endEpisode,
  isOver,
  rulesAndInterval,
  stepEpisode,
  candlesPerStep,
} from "./episode.ts";
import { aggregateEpisodes } from "./figures.ts";
import { strategyNotFound, versionOf } from "./lifecycle.ts";
import { recommendationsOf } from "./recommendations.ts";
import type { EpisodeRun, Rules, Strategy, TestPlan, TestRun } from "./model.ts";
import { MINUTE, SECOND } from "../../time/units.ts";
import { partOf } from "../parts.ts";
import { ACTIVE_TESTS, STRATEGIES, TESTS } from "./parts.ts";

/** Candles that a test processes per second of the exchange's clock. */
const CANDLES_PER_SECOND = 20_000;

export function startTest(state: ExchangeState, strategy: Strategy, plan: TestPlan): TestRun {
  versionOf(strategy, plan.version);
  const run: TestRun = {
    ...plan,
    id: randomUuid(state.ids),
    strategyId: strategy.id,
    number: strategy.testIds.length,
    status: "queued",
    createdAt: state.now,
    candles: plan.episodes * countCandles(state, strategy, plan),
    due: state.now + durationOf(state, strategy, plan),
    startedAt: undefined,
    completedAt: undefined,
    finished: [],
    episodesStarted: 0,
    current: undefined,
    candlesProcessed: 0,
    trials: 1,
    results: undefined,
    recommendations: undefined,
  };
  strategy.testIds.push(run.id);
  partOf(state, TESTS).add(run);
  partOf(state, ACTIVE_TESTS).add(run.id);
  if (strategy.status !== "deployed" || state.quirks.testsUndoDeployment) strategy.status = "testing";
  strategy.updatedAt = state.now;
  return run;
}

/** Finds a test by the ids of a path. The platform ignores the strategy's id. */
export function findTest(state: ExchangeState, strategy: Strategy, id: string): TestRun | undefined {
  const run = partOf(state, TESTS).get(id);
  return run !== undefined && (run.strategyId === strategy.id || state.quirks.testIdsAreGlobal) ? run : undefined;
}

export function ownTest(state: ExchangeState, strategy: Strategy, id: string): TestRun {
  const run = findTest(state, strategy, id);
  if (run === undefined) throw strategyNotFound(strategy.id, "Test run not found.");
  return run;
}

/** Cancels a test; a finished one stays as it is. */
export function cancelTest(state: ExchangeState, run: TestRun): void {
  if (run.status !== "queued" && run.status !== "running") return;
  run.status = "cancelled";
  if (state.quirks.testsEndByTheClock) return;
  run.current = undefined;
  partOf(state, ACTIVE_TESTS).delete(run.id);
}

/** The duration of a test by the exchange's clock, fixed when it starts. */
function durationOf(state: ExchangeState, strategy: Strategy, plan: TestPlan): number {
  if (state.quirks.testsEndByTheClock) return plan.episodes * MINUTE;
  return Math.ceil((plan.episodes * countCandles(state, strategy, plan) * SECOND) / CANDLES_PER_SECOND);
}

/**
 * Ends due tests and processes up to `maxCandles` candles of running ones. A test's end time depends only on its plan.
 * One that is not fully processed by then is reported as running until it is.
 * Returns false if nothing is left to process by now.
 */
export function advanceTests(state: ExchangeState, now: number, maxCandles: number): boolean {
  if (partOf(state, ACTIVE_TESTS).size === 0) return false;
  const before = state.now;
  const active = Array.from(partOf(state, ACTIVE_TESTS), (id) => partOf(state, TESTS).get(id)).filter(
    (run) => run !== undefined,
  );
  const due = active.filter((run) => run.status !== "completed" && run.due <= now);
  for (const run of due.toSorted((a, b) => a.due - b.due)) completeTest(state, run);
  let remaining = maxCandles;
  for (const run of active) {
    if (!state.quirks.testsYieldNoMetrics) remaining -= processCandles(state, run, now, remaining);
    if (run.status === "completed" && (isProcessed(run) || state.quirks.testsYieldNoMetrics)) evaluateTest(state, run);
    if (remaining <= 0) break;
  }
  state.now = before;
  return remaining <= 0;
}

function isProcessed(run: TestRun): boolean {
  return run.current === undefined && run.episodesStarted === run.episodes;
}

/** Processes a test as far as its clock allows. Returns the number of candles processed. */
function processCandles(state: ExchangeState, run: TestRun, now: number, maxCandles: number): number {
  if (now <= run.createdAt) return 0;
  const share = Math.min(1, (now - run.createdAt) / Math.max(1, run.due - run.createdAt));
  const strategy = strategyOfTest(state, run);
  const [rules] = rulesAndInterval(state, strategy, run.version);
  const allowed = run.due <= now ? Number.POSITIVE_INFINITY : share * run.candles;
  const before = run.candlesProcessed;
  // Uses the time of the test's start, so the result does not depend on when it is processed.
  state.now = run.createdAt;
  while (run.candlesProcessed - before < maxCandles && run.candlesProcessed < allowed && !isProcessed(run)) {
    if (run.current === undefined) {
      run.current = beginEpisode(state, run, strategy, run.episodesStarted++);
      run.candlesProcessed++;
    } else processEpisode(state, run, run.current, rules);
  }
  return run.candlesProcessed - before;
}

function processEpisode(state: ExchangeState, run: TestRun, episode: EpisodeRun, rules: Rules): void {
  if (run.status === "queued" && !state.quirks.testsEndByTheClock) {
    run.status = "running";
    run.startedAt = run.createdAt;
  }
  if (!isOver(episode)) {
    stepEpisode(state, episode, rules);
    run.candlesProcessed += candlesPerStep(rules);
  }
  if (!isOver(episode)) return;
  run.finished.push(endEpisode(state, episode, rules));
  run.current = undefined;
}

/** Marks a test as completed at its due time. */
function completeTest(state: ExchangeState, run: TestRun): void {
  const strategy = strategyOfTest(state, run);
  state.now = run.due;
  run.status = "completed";
  if (!state.quirks.testsEndByTheClock) run.startedAt = run.createdAt;
  run.completedAt = run.due;
  run.trials = strategy.versions.length;
  if (strategy.status !== "deployed" || state.quirks.testsUndoDeployment) strategy.status = "validated";
  strategy.updatedAt = run.due;
  emitEvent(state, strategy.accountId, "strategy.test.completed", {
    test_run_id: run.id,
    strategy_id: strategy.id,
    status: "completed",
  });
}

/** Computes the results of a processed test. */
function evaluateTest(state: ExchangeState, run: TestRun): void {
  const strategy = strategyOfTest(state, run);
  const { definition } = versionOf(strategy, run.version);
  run.results = aggregateEpisodes(state.quirks.testsYieldNoMetrics ? [] : run.finished, run.trials);
  run.recommendations = recommendationsOf(run.results, definition, state.quirks.winRatesAsFractions);
  run.current = undefined;
  partOf(state, ACTIVE_TESTS).delete(run.id);
  if (isLater(run, latestTest(state, strategy))) strategy.latestTestId = run.id;
}

/** The strategy that a test is of. */
export function strategyOfTest(state: ExchangeState, { strategyId }: TestRun): Strategy {
  const strategy = partOf(state, STRATEGIES).get(strategyId);
  if (strategy === undefined) throw crash();
  return strategy;
}

/** The newest tests of a strategy, newest first. */
export function newestTests(state: ExchangeState, { testIds }: Strategy, limit: number): readonly TestRun[] {
  return testIds
    .slice(-limit)
    .toReversed()
    .flatMap((id) => partOf(state, TESTS).get(id) ?? []);
}

/** The most recently completed test; of several at the same time, the newest. */
export function latestTest(state: ExchangeState, { latestTestId }: Strategy): TestRun | undefined {
  return latestTestId === undefined ? undefined : partOf(state, TESTS).get(latestTestId);
}

function isLater(run: TestRun, other: TestRun | undefined): boolean {
  if (other === undefined) return true;
  const [time = 0, otherTime = 0] = [run.completedAt, other.completedAt];
  return time === otherTime ? run.number > other.number : time > otherTime;
}

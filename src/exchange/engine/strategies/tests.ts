import { randomUuid } from "../../base/random.ts";
import { raise } from "../events.ts";
import type { World } from "../world.ts";
import { beginEpisode, candlesOf, endEpisode, isOver, stepEpisode, widthOf, type EpisodeRun } from "./episode.ts";
import { aggregated } from "./figures.ts";
import { unknown, versionOf } from "./lifecycle.ts";
import { recommendationsOf } from "./recommendations.ts";
import type { Strategy } from "./strategy.ts";
import type { TestPlan, TestRun } from "./testRun.ts";

/** Candles that a test looks at in a second of the exchange's clock. */
const CANDLES_PER_SECOND = 20_000;
/** Candles that a request works on at most which asks how a test is doing. */
export const FOR_A_WHILE = 40_000;

const SECOND = 1000;
const MINUTE = 60_000;

export function startTest(world: World, strategy: Strategy, plan: TestPlan): TestRun {
  versionOf(strategy, plan.version);
  const run: TestRun = {
    ...plan,
    id: randomUuid(world.ids),
    strategy,
    status: "queued",
    createdAt: world.now,
    candles: plan.episodes * candlesOf(world, strategy, plan),
    due: world.now + durationOf(world, strategy, plan),
    startedAt: undefined,
    completedAt: undefined,
    done: [],
    begun: 0,
    current: undefined,
    worked: 0,
    trials: 1,
    results: undefined,
    recommendations: undefined,
  };
  strategy.tests.push(run);
  world.tests.set(run.id, run);
  world.activeTests.add(run);
  world.attendTests ??= (now, most) => attendTests(world, now, most);
  if (strategy.status !== "deployed" || world.quirks.testsUndoDeployment) strategy.status = "testing";
  strategy.updatedAt = world.now;
  return run;
}

/** The test of the path; on the platform any strategy's path will do. */
export function findTest(world: World, strategy: Strategy, id: string): TestRun | undefined {
  const run = world.tests.get(id);
  return run !== undefined && (run.strategy === strategy || world.quirks.testIdsAreGlobal) ? run : undefined;
}

export function ownTest(world: World, strategy: Strategy, id: string): TestRun {
  const run = findTest(world, strategy, id);
  if (run === undefined) throw unknown(strategy.id, "Test run not found.");
  return run;
}

/** A test that is over stays as it is. */
export function cancelTest(world: World, run: TestRun): void {
  if (run.status !== "queued" && run.status !== "running") return;
  run.status = "cancelled";
  if (world.quirks.testsEndByTheClock) return;
  run.current = undefined;
  world.activeTests.delete(run);
}

/** How long a test takes by the exchange's clock, which is known when it starts. */
function durationOf(world: World, strategy: Strategy, plan: TestPlan): number {
  if (world.quirks.testsEndByTheClock) return plan.episodes * MINUTE;
  return Math.ceil((plan.episodes * candlesOf(world, strategy, plan) * SECOND) / CANDLES_PER_SECOND);
}

/**
 * Ends tests whose time has come, and works on those at hand, but not on more than so many candles. When a test
 * ends hangs on its plan alone; one that has not been worked off by then is shown as running until it is.
 */
export function attendTests(world: World, now: number, most: number): void {
  if (world.activeTests.size === 0) return;
  const before = world.now;
  const due = [...world.activeTests].filter((run) => run.status !== "completed" && run.due <= now);
  for (const run of due.toSorted((a, b) => a.due - b.due)) end(world, run);
  let left = most;
  for (const run of world.activeTests) {
    if (!world.quirks.testsGiveNothing) left -= work(world, run, now, left);
    if (run.status === "completed" && (isWorkedOff(run) || world.quirks.testsGiveNothing)) evaluate(world, run);
    if (left <= 0) break;
  }
  world.now = before;
}

function isWorkedOff(run: TestRun): boolean {
  return run.current === undefined && run.begun === run.episodes;
}

/** Gives back how many candles were looked at. */
function work(world: World, run: TestRun, now: number, most: number): number {
  if (now <= run.createdAt) return 0;
  const share = Math.min(1, (now - run.createdAt) / Math.max(1, run.due - run.createdAt));
  const allowed = run.due <= now ? Number.POSITIVE_INFINITY : share * run.candles;
  const before = run.worked;
  // Works as at the moment of the test's start: what it sees does not hang on when it is looked after.
  world.now = run.createdAt;
  while (run.worked - before < most && run.worked < allowed && !isWorkedOff(run)) {
    if (run.current === undefined) {
      run.current = beginEpisode(world, run, run.begun++);
      run.worked++;
    } else workOnEpisode(world, run, run.current);
  }
  return run.worked - before;
}

function workOnEpisode(world: World, run: TestRun, episode: EpisodeRun): void {
  if (run.status === "queued" && !world.quirks.testsEndByTheClock) {
    run.status = "running";
    run.startedAt = run.createdAt;
  }
  if (!isOver(episode)) {
    stepEpisode(world, episode);
    run.worked += widthOf(episode);
  }
  if (!isOver(episode)) return;
  run.done.push(endEpisode(world, episode));
  run.current = undefined;
}

/** What follows from a test's end. */
function end(world: World, run: TestRun): void {
  const { strategy } = run;
  world.now = run.due;
  run.status = "completed";
  if (!world.quirks.testsEndByTheClock) run.startedAt = run.createdAt;
  run.completedAt = run.due;
  run.trials = strategy.versions.length;
  if (strategy.status !== "deployed" || world.quirks.testsUndoDeployment) strategy.status = "validated";
  strategy.updatedAt = run.due;
  raise(world, strategy.account, "strategy.test.completed", {
    test_run_id: run.id,
    strategy_id: strategy.id,
    status: "completed",
  });
}

/** Takes the figures of a test together. */
function evaluate(world: World, run: TestRun): void {
  const { definition } = versionOf(run.strategy, run.version);
  run.results = aggregated(world.quirks.testsGiveNothing ? [] : run.done, run.trials);
  run.recommendations = recommendationsOf(run.results, definition, world.quirks.winRatesAsFractions);
  run.current = undefined;
  world.activeTests.delete(run);
}

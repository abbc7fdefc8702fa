import {
  testRunDetailRecord,
  testRunRecord,
  versionComparisonRecord,
  type TestRun as WireRun,
  type TestRunDetail,
} from "../../../endpoints/index.ts";
import { list, type Encodable } from "../../../wire/index.ts";
import { unknown } from "../../engine/strategies/lifecycle.ts";
import { roundTo } from "../../base/statistics.ts";
import type { Strategy, TestFigures, TestRun } from "../../engine/strategies/model.ts";
import {
  cancelTest,
  findTest,
  FOR_A_WHILE,
  ownTest,
  startTest,
  attendTests,
  latestTest,
} from "../../engine/strategies/testRuns.ts";
import type { Call } from "../call.ts";
import { readMoments } from "../fields.ts";
import { jsonReply } from "../reply.ts";
import { bareRoute, route, type Route } from "../route.ts";
import { wireFigures } from "./testFigures.ts";
import { strategyOf } from "./strategies.ts";

const MOST_LISTED = 20;
const MOST_COMPARED = 100;
const runsCodec = list(testRunRecord);

export const strategyTestRoutes: readonly Route[] = [
  route(
    "POST",
    "/api/v1/strategies/{strategy_id}/test",
    testRunRecord,
    (call) => {
      const body = call.body();
      const version = body.integer("version", { least: 1 });
      const range = readMoments(body, "date_range", ["start", "end"]);
      const episodes = body.integer("episodes", { least: 1, most: 100 }, 10);
      const randomizeDates = body.flag("randomize_dates", true);
      const episodeDays = body.integer("episode_duration_days", { least: 1, most: 365 }, 30);
      const startingBalance = body.has("starting_balance") ? body.text("starting_balance") : "10000";
      body.done();
      const { start, end } = range;
      const run = startTest(call.state, strategyOf(call), {
        version,
        episodes,
        start: start.time,
        end: end.time,
        range: { start: start.text, end: end.text },
        randomizeDates,
        episodeDays,
        startingBalance,
      });
      return { ...wireRun(run), createdAt: null };
    },
    201,
  ),

  bareRoute("GET", "/api/v1/strategies/{strategy_id}/tests", (call) => {
    const strategy = testedStrategy(call);
    return jsonReply(200, runsCodec.encode(strategy.tests.toReversed().slice(0, MOST_LISTED).map(wireRun)));
  }),

  route("GET", "/api/v1/strategies/{strategy_id}/tests/{test_id}", testRunDetailRecord, (call) =>
    wireDetail(ownTest(call.state, testedStrategy(call), testId(call))),
  ),

  bareRoute("POST", "/api/v1/strategies/{strategy_id}/tests/{test_id}/cancel", (call) => {
    const { state } = call;
    const id = testId(call);
    const strategy = testedStrategy(call);
    const run = state.quirks.testIdsAreGlobal ? findTest(state, strategy, id) : ownTest(state, strategy, id);
    if (run !== undefined) cancelTest(state, run);
    const summary = run === undefined ? unknownRun(id) : wireRun(run);
    // The platform does not look up which version it was.
    const version = state.quirks.testIdsAreGlobal ? 1 : summary.version;
    const told = { ...summary, version, createdAt: null, startedAt: null, completedAt: null };
    return jsonReply(200, testRunRecord.encode(told));
  }),

  bareRoute("GET", "/api/v1/strategies/{strategy_id}/test-results", (call) => {
    const strategy = testedStrategy(call);
    const run = latestTest(strategy);
    if (run === undefined) throw unknown(strategy.id, "No completed test results found.");
    return jsonReply(200, testRunDetailRecord.encode(wireDetail(run)));
  }),

  route("GET", "/api/v1/strategies/{strategy_id}/compare-versions", versionComparisonRecord, (call) => {
    const first = call.query.integer("v1", { least: 1 });
    const second = call.query.integer("v2", { least: 1 });
    call.query.done();
    const strategy = testedStrategy(call);
    const [a, b] = [figuresOf(strategy, first), figuresOf(strategy, second)];
    const roi = difference(a?.averageRoi, b?.averageRoi);
    const sharpe = difference(a?.averageSharpe, b?.averageSharpe);
    return {
      v1: wireVersion(first, a),
      v2: wireVersion(second, b),
      improvements: { roiPct: roi, sharpe },
      verdict: verdictOf([first, a], [second, b], roi, sharpe),
    };
  }),
];

/** The strategy of the path, its tests looked after. */
function testedStrategy(call: Call): Strategy {
  const strategy = strategyOf(call);
  attendTests(call.state, call.state.now, FOR_A_WHILE);
  return strategy;
}

function testId({ path }: Call): string {
  const id = path.uuid("test_id");
  path.done();
  return id;
}

function wireRun(run: TestRun): Encodable<WireRun> {
  // Its time is over, its work is not: nobody has looked after it for a while.
  const isLate = run.status === "completed" && run.results === undefined;
  const status = isLate ? "running" : run.status;
  const completedAt = isLate || run.completedAt === undefined ? null : new Date(run.completedAt);
  return {
    testRunId: run.id,
    status,
    episodesTotal: run.episodes,
    episodesCompleted: run.done.length,
    progressPct: roundTo((run.done.length / run.episodes) * 100, 1),
    version: run.version,
    createdAt: new Date(run.createdAt),
    startedAt: run.startedAt === undefined ? null : new Date(run.startedAt),
    completedAt,
  };
}

/** What the platform says of a test that it does not know. */
function unknownRun(id: string): Encodable<WireRun> {
  return {
    testRunId: id,
    status: "cancelled",
    episodesTotal: 0,
    episodesCompleted: 0,
    progressPct: 0,
    version: 1,
    createdAt: null,
    startedAt: null,
    completedAt: null,
  };
}

function wireDetail(run: TestRun): Encodable<TestRunDetail> {
  return {
    ...wireRun(run),
    results: run.results === undefined ? null : wireFigures(run.results),
    recommendations: run.recommendations ?? null,
    config: {
      episodes: run.episodes,
      dateRange: run.range,
      randomizeDates: run.randomizeDates,
      episodeDurationDays: run.episodeDays,
      startingBalance: run.startingBalance,
      accountId: run.strategy.account.id,
    },
  };
}

/** Of the newest completed test of a version, among the newest tests. */
function figuresOf(strategy: Strategy, version: number): TestFigures | undefined {
  return strategy.tests
    .toReversed()
    .slice(0, MOST_COMPARED)
    .find((run) => run.version === version && run.results !== undefined)?.results;
}

function wireVersion(version: number, figures: TestFigures | undefined) {
  return {
    version,
    avgRoiPct: figures?.averageRoi ?? null,
    avgSharpe: figures?.averageSharpe ?? null,
    avgMaxDrawdownPct: figures?.averageDrawdown ?? null,
    totalTrades: figures?.totalTrades ?? 0,
    episodesCompleted: figures?.episodes ?? 0,
  };
}

function difference(before: number | null | undefined, after: number | null | undefined): number | null {
  const isKnown = typeof before === "number" && typeof after === "number";
  return isKnown ? roundTo(after - before, 4) : null;
}

type Tested = readonly [version: number, figures: TestFigures | undefined];

/** What is not better counts as worse, equal figures too. */
function verdictOf([v1, a]: Tested, [v2, b]: Tested, roi: number | null, sharpe: number | null): string {
  if (a === undefined && b === undefined) return "No completed test results available for either version.";
  if (a === undefined) return `There are no completed test results for version ${v1}.`;
  if (b === undefined) return `There are no completed test results for version ${v2}.`;
  const earns = roi !== null && roi > 0;
  const steadies = sharpe !== null && sharpe > 0;
  if (earns && steadies) return `Version ${v2} is better than version ${v1} in return and in Sharpe ratio.`;
  if (earns) return `Version ${v2} has the better return, version ${v1} the better Sharpe ratio.`;
  if (steadies) return `Version ${v2} has the better Sharpe ratio, version ${v1} the better return.`;
  return `Version ${v1} is better than version ${v2}.`;
}

import {
  testRunDetailRecord,
  testRunRecord,
  testRunsCodec,
  versionComparisonRecord,
  type TestRun as WireRun,
  type TestRunDetail,
} from "../../../endpoints/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import { strategyNotFound } from "../../engine/strategies/lifecycle.ts";
import { roundTo } from "../../base/statistics.ts";
import type { ExchangeState } from "../../engine/state.ts";
import type { Strategy, TestFigures, TestRun } from "../../engine/strategies/model.ts";
import {
  cancelTest,
  findTest,
  ownTest,
  startTest,
  latestTest,
  newestTests,
  strategyOfTest,
} from "../../engine/strategies/testRuns.ts";
import { route, type Route } from "../route.ts";
import { boolean, integer, nested, object, offsetTimestamp, string, withDefault } from "../schema/index.ts";
import { strategyOf } from "./strategies.ts";
import { wireFigures } from "./wireTestFigures.ts";

const MAX_LISTED = 20;
const MAX_COMPARED = 100;

const testBody = object({
  version: integer({ min: 1 }),
  dateRange: nested(object({ start: offsetTimestamp, end: offsetTimestamp })),
  episodes: withDefault(integer({ min: 1, max: 100 }), 10),
  randomizeDates: withDefault(boolean, true),
  episodeDurationDays: withDefault(integer({ min: 1, max: 365 }), 30),
  startingBalance: withDefault(string(), "10000"),
});
const compareQuery = object({ v1: integer({ min: 1 }), v2: integer({ min: 1 }) });

export const testRunRoutes: readonly Route[] = [
  route(
    "POST /api/v1/strategies/{strategy_id}/test",
    { body: testBody, output: testRunRecord, status: 201 },
    (call) => {
      const { dateRange, episodeDurationDays, ...plan } = call.readBody();
      const { start, end } = dateRange;
      const run = startTest(call.state, strategyOf(call), {
        ...plan,
        start: start.time,
        end: end.time,
        range: { start: start.text, end: end.text },
        episodeDays: episodeDurationDays,
      });
      return { ...wireRun(run), createdAt: null };
    },
  ),

  route("GET /api/v1/strategies/{strategy_id}/tests", { output: testRunsCodec }, (call) =>
    newestTests(call.state, strategyOf(call), MAX_LISTED).map(wireRun),
  ),

  route("GET /api/v1/strategies/{strategy_id}/tests/{test_id}", { output: testRunDetailRecord }, (call) =>
    wireDetail(call.state, ownTest(call.state, strategyOf(call), call.readParameter("test_id"))),
  ),

  route("POST /api/v1/strategies/{strategy_id}/tests/{test_id}/cancel", { output: testRunRecord }, (call) => {
    const { state } = call;
    const id = call.readParameter("test_id");
    const strategy = strategyOf(call);
    const run = state.quirks.testIdsAreGlobal ? findTest(state, strategy, id) : ownTest(state, strategy, id);
    if (run !== undefined) cancelTest(state, run);
    const summary = run === undefined ? unknownRun(id) : wireRun(run);
    // The platform does not look up the version.
    const version = state.quirks.testIdsAreGlobal ? 1 : summary.version;
    return { ...summary, version, createdAt: null, startedAt: null, completedAt: null };
  }),

  route("GET /api/v1/strategies/{strategy_id}/test-results", { output: testRunDetailRecord }, (call) => {
    const strategy = strategyOf(call);
    const run = latestTest(call.state, strategy);
    if (run === undefined) throw strategyNotFound(strategy.id, "No completed test results found.");
    return wireDetail(call.state, run);
  }),

  route(
    "GET /api/v1/strategies/{strategy_id}/compare-versions",
    { query: compareQuery, output: versionComparisonRecord },
    (call) => {
      const { v1: first, v2: second } = call.readQuery();
      const strategy = strategyOf(call);
      const [a, b] = [figuresOf(call.state, strategy, first), figuresOf(call.state, strategy, second)];
      const roi = difference(a?.averageRoi, b?.averageRoi);
      const sharpe = difference(a?.averageSharpe, b?.averageSharpe);
      return {
        v1: wireVersion(first, a),
        v2: wireVersion(second, b),
        improvements: { roiPct: roi, sharpe },
        verdict: verdictOf([first, a], [second, b], roi, sharpe),
      };
    },
  ),
];

function wireRun(run: TestRun): Encodable<WireRun> {
  // It should have ended by now, but has not been worked on for a while.
  const isLate = run.status === "completed" && run.results === undefined;
  const status = isLate ? "running" : run.status;
  const completedAt = isLate || run.completedAt === undefined ? null : new Date(run.completedAt);
  return {
    testRunId: run.id,
    status,
    episodesTotal: run.episodes,
    episodesCompleted: run.finished.length,
    progressPct: roundTo((run.finished.length / run.episodes) * 100, 1),
    version: run.version,
    createdAt: new Date(run.createdAt),
    startedAt: run.startedAt === undefined ? null : new Date(run.startedAt),
    completedAt,
  };
}

/** How the platform describes an unknown test run. */
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

function wireDetail(state: ExchangeState, run: TestRun): Encodable<TestRunDetail> {
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
      accountId: strategyOfTest(state, run).accountId,
    },
  };
}

/** The figures of a version's newest completed test run, among the newest test runs. */
function figuresOf(state: ExchangeState, strategy: Strategy, version: number): TestFigures | undefined {
  return newestTests(state, strategy, MAX_COMPARED).find((run) => run.version === version && run.results !== undefined)
    ?.results;
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

/** Equal figures count as worse. */
function verdictOf([v1, a]: Tested, [v2, b]: Tested, roi: number | null, sharpe: number | null): string {
  if (a === undefined && b === undefined) return "No completed test results available for either version.";
  if (a === undefined) return `There are no completed test results for version ${v1}.`;
  if (b === undefined) return `There are no completed test results for version ${v2}.`;
  const hasBetterReturn = roi !== null && roi > 0;
  const hasBetterSharpe = sharpe !== null && sharpe > 0;
  if (hasBetterReturn && hasBetterSharpe)
    return `Version ${v2} is better than version ${v1} in return and in Sharpe ratio.`;
  if (hasBetterReturn) return `Version ${v2} has the better return, version ${v1} the better Sharpe ratio.`;
  if (hasBetterSharpe) return `Version ${v2} has the better Sharpe ratio, version ${v1} the better return.`;
  return `Version ${v1} is better than version ${v2}.`;
}

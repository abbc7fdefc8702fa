import {
  learningCurveRecord,
  trainingComparisonRecord,
  trainingRunDetailRecord,
  trainingRunRecord,
  type TrainingRun as WireRun,
  type TrainingStats as WireStats,
} from "../../../endpoints/training/index.ts";
import { list, type Encodable } from "../../../wire/index.ts";
import { Rejection } from "../../base/rejection.ts";
import {
  EPISODE_METRICS,
  type EpisodeMetric,
  type TrainingRun,
  type TrainingSummary,
} from "../../engine/training/model.ts";
import { completeRun, episodesOf, learningCurve, listRuns, ownRun, registerRun } from "../../engine/training/runs.ts";
import type { Call } from "../call.ts";
import { route, type Route } from "../route.ts";
import { anyObject, float, integer, object, optional, string, withDefault, type Values } from "../schema/index.ts";
import { formatTimestamp } from "../timestamps.ts";
import { paging } from "./paging.ts";
import { splitList } from "./splitList.ts";
import { partOf } from "../../engine/parts.ts";
import { BACKTESTS } from "../../engine/backtest/parts.ts";
import { TRAINING_RUNS } from "../../engine/training/parts.ts";

const runBody = object({ runId: string(), config: optional(anyObject), strategyId: optional(string()) });
const episodeBody = object({
  episodeNumber: integer({ min: 1 }),
  sessionId: optional(string()),
  roiPct: optional(float),
  sharpeRatio: optional(float),
  maxDrawdownPct: optional(float),
  totalTrades: optional(integer()),
  rewardSum: optional(float),
});
const runsQuery = object({ status: optional(string()), ...paging(100, 50) });
const curveQuery = object({
  metric: withDefault(string(), "roi_pct"),
  window: withDefault(integer({ min: 1, max: 100 }), 10),
});
const compareQuery = object({ runIds: string() });

export const trainingRoutes: readonly Route[] = [
  route("POST /api/v1/training/runs", { body: runBody, output: trainingRunRecord, status: 201 }, (call) => {
    const { state, account } = call;
    const { runId, config = null, strategyId } = call.readBody();
    call.checkSize();
    const id = call.parseUuid("body", "run_id", runId);
    const strategy = strategyId === undefined ? undefined : call.parseUuid("body", "strategy_id", strategyId);
    return wireRun(registerRun(state, account, id, config, strategy));
  }),

  route("POST /api/v1/training/runs/{run_id}/episodes", { body: episodeBody, output: trainingRunRecord }, (call) => {
    const { state, account } = call;
    const id = call.readParameter("run_id");
    const body = call.readBody();
    const run = ownRun(state, account, id, true);
    const sessionId = body.sessionId === undefined ? undefined : call.parseUuid("body", "session_id", body.sessionId);
    if (sessionId !== undefined && !canSeeSession(call, sessionId)) {
      if (state.quirks.malformedIdsCrash) throw new Rejection("DATABASE_ERROR", "Unknown session.");
      throw new Rejection("BACKTEST_NOT_FOUND", `Backtest session '${sessionId}' not found.`, {
        session_id: sessionId,
      });
    }
    run.episodes.push({ number: body.episodeNumber, metrics: metricsOf(body), createdAt: state.now });
    return wireRun(run);
  }),

  route("POST /api/v1/training/runs/{run_id}/complete", { output: trainingRunRecord }, (call) => {
    const run = ownRun(call.state, call.account, call.readParameter("run_id"));
    completeRun(call.state, run);
    return wireRun(run);
  }),

  route("GET /api/v1/training/runs", { query: runsQuery, output: list(trainingRunRecord) }, (call) => {
    const { state, account } = call;
    const { status, limit, offset } = call.readQuery();
    return listRuns(state, account, status, limit, offset).map(wireRun);
  }),

  route("GET /api/v1/training/runs/{run_id}", { output: trainingRunDetailRecord }, (call) => {
    const run = ownRun(call.state, call.account, call.readParameter("run_id"));
    const { summary } = run;
    return {
      ...wireRun(run),
      learningCurve: summary === undefined ? null : { roiPct: summary.curve.roi, rewardSum: summary.curve.reward },
      aggregateStats: wireStats(summary),
      episodes: episodesOf(run).map(({ number: episodeNumber, metrics, createdAt }) => ({
        episodeNumber,
        metrics: {
          roiPct: metrics.roi_pct ?? null,
          sharpeRatio: metrics.sharpe_ratio ?? null,
          maxDrawdownPct: metrics.max_drawdown_pct ?? null,
          totalTrades: metrics.total_trades ?? null,
          rewardSum: metrics.reward_sum ?? null,
        },
        createdAt: formatTimestamp(createdAt),
      })),
    };
  }),

  route(
    "GET /api/v1/training/runs/{run_id}/learning-curve",
    { query: curveQuery, output: learningCurveRecord },
    (call) => {
      const { state, account } = call;
      const id = call.readParameter("run_id");
      const { metric, window } = call.readQuery();
      const run = state.quirks.trainingOpenToAll ? partOf(state, TRAINING_RUNS).get(id) : ownRun(state, account, id);
      const curve = run === undefined ? { numbers: [], raw: [], smoothed: [] } : learningCurve(run, metric, window);
      return {
        episodeNumbers: curve.numbers,
        rawValues: curve.raw,
        smoothedValues: curve.smoothed,
        metric,
        window,
      };
    },
  ),

  route("GET /api/v1/training/compare", { query: compareQuery, output: trainingComparisonRecord }, (call) => {
    const { state, account } = call;
    const runs = splitList(call.readQuery().runIds).flatMap((each) => {
      const run = partOf(state, TRAINING_RUNS).get(call.parseUuid("query", "run_ids", each));
      return run !== undefined && (state.quirks.trainingOpenToAll || run.accountId === account.id) ? [run] : [];
    });
    return {
      runs: [...new Set(runs)].map((run) => ({
        runId: run.id,
        status: run.status,
        episodesCompleted: run.episodes.length,
        aggregateStats: wireStats(run.summary),
        startedAt: formatTimestamp(run.startedAt),
        completedAt: run.completedAt === undefined ? null : formatTimestamp(run.completedAt),
      })),
    };
  }),
];

/** The reported metrics of an episode. */
function metricsOf(body: Values<typeof episodeBody>): Partial<Record<EpisodeMetric, number>> {
  const metrics: Partial<Record<EpisodeMetric, number>> = {};
  const all = {
    roi_pct: body.roiPct,
    sharpe_ratio: body.sharpeRatio,
    max_drawdown_pct: body.maxDrawdownPct,
    total_trades: body.totalTrades,
    reward_sum: body.rewardSum,
  };
  for (const name of EPISODE_METRICS) {
    const value = all[name];
    if (value !== undefined) metrics[name] = value;
  }
  return metrics;
}

function canSeeSession({ state, account }: Call, sessionId: string): boolean {
  const session = partOf(state, BACKTESTS).get(sessionId);
  return session !== undefined && (state.quirks.backtestsOpenToAll || session.accountId === account.id);
}

function wireRun(run: TrainingRun): Encodable<WireRun> {
  return {
    runId: run.id,
    status: run.status,
    config: run.config,
    episodesTotal: null,
    episodesCompleted: run.episodes.length,
    startedAt: new Date(run.startedAt),
    completedAt: run.completedAt === undefined ? null : new Date(run.completedAt),
  };
}

function wireStats(summary: TrainingSummary | undefined): WireStats | null {
  if (summary === undefined) return null;
  const { stats } = summary;
  // If no episode of a completed run reported a figure, the platform sends an empty object.
  if (stats === undefined) return {} as WireStats;
  return {
    totalEpisodes: stats.episodes,
    avgRoiPct: stats.averageRoi,
    bestRoiPct: stats.bestRoi,
    worstRoiPct: stats.worstRoi,
    avgSharpe: stats.averageSharpe,
    avgMaxDrawdownPct: stats.averageDrawdown,
    avgRewardSum: stats.averageReward,
    bestRewardSum: stats.bestReward,
  };
}

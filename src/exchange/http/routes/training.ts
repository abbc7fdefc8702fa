import {
  trainingComparisonRecord,
  trainingRunDetailRecord,
  trainingRunRecord,
  type TrainingRun as WireRun,
  type TrainingStats as WireStats,
} from "../../../endpoints/training/index.ts";
import { integer, list, number, record, text, type Encodable } from "../../../wire/index.ts";
import { crash, Rejection } from "../../base/rejection.ts";
import {
  EPISODE_METRICS,
  type EpisodeMetric,
  type TrainingRun,
  type TrainingSummary,
} from "../../engine/training/model.ts";
import { completeRun, episodesOf, learningCurve, ownRun, registerRun } from "../../engine/training/runs.ts";
import type { Call } from "../call.ts";
import { offsetText, readFloat, readUuid } from "../fields.ts";
import { jsonReply } from "../reply.ts";
import { bareRoute, route, type Route } from "../route.ts";
import { parseLooseUuid } from "../uuid.ts";

const curveRecord = record({
  episodeNumbers: list(integer),
  rawValues: list(number),
  smoothedValues: list(number),
  metric: text,
  window: integer,
});

export const trainingRoutes: readonly Route[] = [
  route(
    "POST",
    "/api/v1/training/runs",
    trainingRunRecord,
    (call) => {
      const { state, account } = call;
      const crashes = state.quirks.malformedIdsCrash;
      const body = call.body();
      const idText = body.text("run_id");
      const config = body.raw("config") === null || !body.has("config") ? null : body.object("config");
      const strategyText = body.optionalText("strategy_id");
      body.done();
      call.checkSize();
      const id = readUuid(body, "run_id", idText, crashes) as string;
      const strategyId = readUuid(body, "strategy_id", strategyText, crashes);
      return wireRun(registerRun(state, account, id, config, strategyId));
    },
    201,
  ),

  route("POST", "/api/v1/training/runs/{run_id}/episodes", trainingRunRecord, (call) => {
    const { state, account } = call;
    const id = runId(call);
    const body = call.body();
    const episode = body.integer("episode_number", { least: 1 });
    const sessionText = body.optionalText("session_id");
    const metrics: Partial<Record<EpisodeMetric, number>> = {};
    for (const name of EPISODE_METRICS) {
      const isAbsent = body.raw(name) === undefined || body.raw(name) === null;
      const value = name !== "total_trades" ? readFloat(body, name) : isAbsent ? undefined : body.integer(name, {});
      if (value !== undefined) metrics[name] = value;
    }
    body.done();
    const run = ownRun(state, account, id, true);
    const sessionId = readUuid(body, "session_id", sessionText, state.quirks.malformedIdsCrash);
    if (sessionId !== undefined && !isKnown(call, sessionId)) {
      if (state.quirks.malformedIdsCrash) throw new Rejection("DATABASE_ERROR", "Unknown session.");
      throw new Rejection("BACKTEST_NOT_FOUND", `Backtest session '${sessionId}' not found.`, {
        session_id: sessionId,
      });
    }
    run.episodes.push({ number: episode, metrics, createdAt: state.now });
    return wireRun(run);
  }),

  route("POST", "/api/v1/training/runs/{run_id}/complete", trainingRunRecord, (call) => {
    const run = ownRun(call.state, call.account, runId(call));
    completeRun(call.state, run);
    return wireRun(run);
  }),

  route("GET", "/api/v1/training/runs", list(trainingRunRecord), ({ state, query, account }) => {
    const status = query.optionalText("status");
    const limit = query.integer("limit", { least: 1, most: 100 }, 50);
    const offset = query.integer("offset", { least: 0 }, 0);
    query.done();
    return [...state.trainingRuns.values()]
      .filter((run) => run.account === account && (status === undefined || run.status === status))
      .toReversed()
      .slice(offset, offset + limit)
      .map(wireRun);
  }),

  route("GET", "/api/v1/training/runs/{run_id}", trainingRunDetailRecord, (call) => {
    const run = ownRun(call.state, call.account, runId(call));
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
        createdAt: offsetText(createdAt),
      })),
    };
  }),

  bareRoute("GET", "/api/v1/training/runs/{run_id}/learning-curve", (call) => {
    const { state, account, query } = call;
    const id = runId(call);
    const metric = query.optionalText("metric") ?? "roi_pct";
    const window = query.integer("window", { least: 1, most: 100 }, 10);
    query.done();
    const run = state.quirks.trainingOpenToAll ? state.trainingRuns.get(id) : ownRun(state, account, id);
    const curve = run === undefined ? { numbers: [], raw: [], smoothed: [] } : learningCurve(run, metric, window);
    return jsonReply(
      200,
      curveRecord.encode({
        episodeNumbers: curve.numbers,
        rawValues: curve.raw,
        smoothedValues: curve.smoothed,
        metric,
        window,
      }),
    );
  }),

  route("GET", "/api/v1/training/compare", trainingComparisonRecord, (call) => {
    const { state, account, query } = call;
    const texts = query
      .text("run_ids")
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== "");
    query.done();
    const runs = texts.flatMap((each) => {
      const id = parseLooseUuid(each);
      if (id === undefined) {
        if (state.quirks.malformedIdsCrash) throw crash();
        query.issue("run_ids", "uuid_parsing", "Input should be a valid UUID");
        query.done();
      }
      const run = state.trainingRuns.get(id as string);
      return run !== undefined && (state.quirks.trainingOpenToAll || run.account === account) ? [run] : [];
    });
    return {
      runs: [...new Set(runs)].map((run) => ({
        runId: run.id,
        status: run.status,
        episodesCompleted: run.episodes.length,
        aggregateStats: wireStats(run.summary),
        startedAt: offsetText(run.startedAt),
        completedAt: run.completedAt === undefined ? null : offsetText(run.completedAt),
      })),
    };
  }),
];

function runId({ path }: Call): string {
  const id = path.uuid("run_id");
  path.done();
  return id;
}

function isKnown({ state, account }: Call, sessionId: string): boolean {
  const session = state.backtests.get(sessionId);
  return session !== undefined && (state.quirks.backtestsOpenToAll || session.account === account);
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
  // Completed, but no episode reported any figure: the platform sends an empty object.
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

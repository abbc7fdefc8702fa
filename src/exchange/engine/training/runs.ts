import type { Account } from "../model.ts";
import type { EpisodeMetric, TrainingEpisode, TrainingRun, TrainingStats, TrainingSummary } from "./model.ts";
import { crash, Rejection } from "../../base/rejection.ts";
import { maximum, minimum, mean, roundTo } from "../../base/statistics.ts";
import type { ExchangeState } from "../state.ts";
import { partOf } from "../parts.ts";
import { STRATEGIES } from "../strategies/parts.ts";
import { addOwn, newestOwn } from "../ownIds.ts";
import { OWN_TRAINING_RUNS, TRAINING_RUNS } from "./parts.ts";

const MAX_EPISODES = 1000;
const FAILED = "Failed to create training run.";

/** Registers a run under an id chosen by the caller. */
export function registerRun(
  state: ExchangeState,
  account: Account,
  id: string,
  config: TrainingRun["config"],
  strategyId: string | undefined,
): TrainingRun {
  const existing = partOf(state, TRAINING_RUNS).get(id);
  if (existing !== undefined) {
    if (state.quirks.malformedIdsCrash) throw new Rejection("DATABASE_ERROR", FAILED);
    const details =
      existing.accountId === account.id ? { run_id: id, current_status: existing.status } : { run_id: id };
    throw new Rejection("TRAINING_RUN_INVALID_STATE", `Training run '${id}' exists already.`, details);
  }
  const strategy = strategyId === undefined ? undefined : partOf(state, STRATEGIES).get(strategyId);
  if (strategyId !== undefined && strategy?.accountId !== account.id) {
    if (!state.quirks.malformedIdsCrash)
      throw new Rejection("STRATEGY_NOT_FOUND", `Strategy '${strategyId}' not found.`, { strategy_id: strategyId });
    if (strategy === undefined) throw new Rejection("DATABASE_ERROR", FAILED);
  }
  const run: TrainingRun = {
    id,
    accountId: account.id,
    config,
    strategyId,
    status: "running",
    episodes: [],
    startedAt: state.now,
    completedAt: undefined,
    summary: undefined,
  };
  partOf(state, TRAINING_RUNS).add(run);
  addOwn(partOf(state, OWN_TRAINING_RUNS), account.id, run.id);
  return run;
}

/** A page of an account's runs, newest first. */
export function listRuns(
  state: ExchangeState,
  { id: accountId }: Account,
  status: string | undefined,
  limit: number,
  offset: number,
): readonly TrainingRun[] {
  const ids = partOf(state, OWN_TRAINING_RUNS);
  const table = partOf(state, TRAINING_RUNS);
  const read = (list: readonly string[]): readonly TrainingRun[] => list.flatMap((id) => table.get(id) ?? []);
  if (status === undefined) return read(newestOwn(ids, accountId, limit, offset));
  return read(newestOwn(ids, accountId))
    .filter((run) => run.status === status)
    .slice(offset, offset + limit);
}

/** Finds a run of the account. On the platform, `reporting` an episode of an unknown run crashes. */
export function ownRun(state: ExchangeState, account: Account, id: string, reporting = false): TrainingRun {
  const run = partOf(state, TRAINING_RUNS).get(id);
  if (run === undefined) {
    if (reporting && state.quirks.malformedIdsCrash) throw crash();
    throw new Rejection("TRAINING_RUN_NOT_FOUND", `Training run '${id}' not found.`, { run_id: id });
  }
  if (run.accountId !== account.id)
    throw new Rejection("PERMISSION_DENIED", "Training run does not belong to this account.");
  return run;
}

/** Completes a run and computes its summary. A run can be completed again. */
export function completeRun(state: ExchangeState, run: TrainingRun): void {
  run.status = "completed";
  run.completedAt = state.now;
  run.summary = run.episodes.length === 0 ? undefined : summaryOf(run);
}

/** The first episodes by number, up to the limit. */
export function episodesOf({ episodes }: TrainingRun): readonly TrainingEpisode[] {
  return episodes.toSorted((a, b) => a.number - b.number).slice(0, MAX_EPISODES);
}

function summaryOf(run: TrainingRun): TrainingSummary {
  const reported = episodesOf(run)
    .map((episode) => episode.metrics)
    .filter((metrics) => Object.keys(metrics).length > 0);
  const roi = reported.map((metrics) => metrics.roi_pct ?? 0);
  const rewards = reported.flatMap((metrics) => metrics.reward_sum ?? []);
  const sharpes = reported.flatMap((metrics) => metrics.sharpe_ratio ?? []);
  const curve = { roi, reward: rewards.length === 0 ? null : rewards };
  if (reported.length === 0) return { curve, stats: undefined };
  const stats: TrainingStats = {
    episodes: reported.length,
    averageRoi: roundTo(mean(roi), 4),
    bestRoi: roundTo(maximum(roi), 4),
    worstRoi: roundTo(minimum(roi), 4),
    averageSharpe: sharpes.length === 0 ? null : roundTo(mean(sharpes), 4),
    averageDrawdown: roundTo(mean(reported.map((metrics) => metrics.max_drawdown_pct ?? 0)), 4),
    averageReward: rewards.length === 0 ? null : roundTo(mean(rewards), 4),
    bestReward: rewards.length === 0 ? null : roundTo(maximum(rewards), 4),
  };
  return { curve, stats };
}

/** One metric over the episodes that have it, and its mean over a sliding window. */
export function learningCurve(
  run: TrainingRun,
  metric: string,
  window: number,
): { readonly numbers: readonly number[]; readonly raw: readonly number[]; readonly smoothed: readonly number[] } {
  const numbers: number[] = [];
  const raw: number[] = [];
  for (const { number, metrics } of episodesOf(run)) {
    const value = Object.hasOwn(metrics, metric) ? metrics[metric as EpisodeMetric] : undefined;
    if (value === undefined) continue;
    numbers.push(number);
    raw.push(value);
  }
  const smoothed = raw.map((_, at) => roundTo(mean(raw.slice(Math.max(0, at + 1 - window), at + 1)), 4));
  return { numbers, raw, smoothed };
}

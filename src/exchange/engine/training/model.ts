import type { Account } from "../model.ts";

/** What can be reported about an episode, by its wire name. */
export const EPISODE_METRICS = ["roi_pct", "sharpe_ratio", "max_drawdown_pct", "total_trades", "reward_sum"] as const;

export type EpisodeMetric = (typeof EPISODE_METRICS)[number];

/** One episode of a training run; figures that were not reported are missing. */
export interface TrainingEpisode {
  readonly number: number;
  readonly metrics: Readonly<Partial<Record<EpisodeMetric, number>>>;
  readonly createdAt: number;
}

/** The training of an agent, which takes place elsewhere and is only reported. */
export interface TrainingRun {
  readonly id: string;
  readonly account: Account;
  readonly config: Readonly<Record<string, unknown>> | null;
  readonly strategyId: string | undefined;
  status: "running" | "completed";
  /** In the order of their reports. */
  readonly episodes: TrainingEpisode[];
  readonly startedAt: number;
  completedAt: number | undefined;
  /** Computed when the run is completed, and again when it is completed again. */
  summary: TrainingSummary | undefined;
}

export interface TrainingSummary {
  readonly curve: { readonly roi: readonly number[]; readonly reward: readonly number[] | null };
  /** Undefined when no episode reported any figure. */
  readonly stats: TrainingStats | undefined;
}

/** Over the episodes with figures. */
export interface TrainingStats {
  readonly episodes: number;
  readonly averageRoi: number;
  readonly bestRoi: number;
  readonly worstRoi: number;
  readonly averageSharpe: number | null;
  readonly averageDrawdown: number;
  /** Null when no episode reported a reward. */
  readonly averageReward: number | null;
  readonly bestReward: number | null;
}

/** Metrics of an episode, by wire name. */
export const EPISODE_METRICS = ["roi_pct", "sharpe_ratio", "max_drawdown_pct", "total_trades", "reward_sum"] as const;

export type EpisodeMetric = (typeof EPISODE_METRICS)[number];

/** One reported episode; metrics that were not reported are missing. */
export interface TrainingEpisode {
  readonly number: number;
  readonly metrics: Readonly<Partial<Record<EpisodeMetric, number>>>;
  readonly createdAt: number;
}

/** The training of an agent. It happens outside the exchange and is only reported to it. */
export interface TrainingRun {
  readonly id: string;
  readonly accountId: string;
  readonly config: Readonly<Record<string, unknown>> | null;
  readonly strategyId: string | undefined;
  status: "running" | "completed";
  /** In the order reported. */
  readonly episodes: TrainingEpisode[];
  readonly startedAt: number;
  completedAt: number | undefined;
  /** Computed each time the run is completed. */
  summary: TrainingSummary | undefined;
}

export interface TrainingSummary {
  readonly curve: { readonly roi: readonly number[]; readonly reward: readonly number[] | null };
  /** Undefined if no episode reported a metric. */
  readonly stats: TrainingStats | undefined;
}

/** Statistics of the episodes with metrics. */
export interface TrainingStats {
  readonly episodes: number;
  readonly averageRoi: number;
  readonly bestRoi: number;
  readonly worstRoi: number;
  readonly averageSharpe: number | null;
  readonly averageDrawdown: number;
  /** Null if no episode reported a reward. */
  readonly averageReward: number | null;
  readonly bestReward: number | null;
}

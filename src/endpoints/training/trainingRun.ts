import {
  absent,
  instant,
  integer,
  jsonObject,
  list,
  nullable,
  number,
  record,
  text,
  type Codec,
} from "../../wire/index.ts";

/** Open: the platform may add statuses. */
export type TrainingStatus = "running" | "completed" | "failed" | "cancelled" | (string & {});

/** The state of a training run. */
export interface TrainingRun {
  readonly runId: string;
  readonly status: TrainingStatus;
  /** As registered; null if none was given. */
  readonly config: Readonly<Record<string, unknown>> | null;
  /** Always null on the platform. */
  readonly episodesTotal: number | null;
  /** Number of episodes reported so far. */
  readonly episodesCompleted: number;
  readonly startedAt: Date;
  /** Null until completed. */
  readonly completedAt: Date | null;
}

/** A training run with its episodes. */
export interface TrainingRunDetail extends TrainingRun {
  /** Null until completed, and if no episode was reported. */
  readonly learningCurve: LearningCurve | null;
  /** Null until completed, and if no episode reported any metric. */
  readonly aggregateStats: TrainingStats | null;
  /** By episode number, at most 1000. */
  readonly episodes: readonly TrainingEpisode[];
}

/** One value per episode. */
export interface LearningCurve {
  /** Return in percent; 0 for an episode that reported none. */
  readonly roiPct: readonly number[];
  /** Only of episodes that reported a reward; null if none did. */
  readonly rewardSum: readonly number[] | null;
}

/** Statistics over the episodes that reported metrics. */
export interface TrainingStats {
  readonly totalEpisodes: number;
  /** In percent, as are the next two fields. */
  readonly avgRoiPct: number;
  readonly bestRoiPct: number;
  readonly worstRoiPct: number;
  /** Null if no episode reported a Sharpe ratio. */
  readonly avgSharpe: number | null;
  /** In percent. */
  readonly avgMaxDrawdownPct: number;
  /** Null if no episode reported a reward; so is the next field. */
  readonly avgRewardSum: number | null;
  readonly bestRewardSum: number | null;
}

/** One episode of a training run. */
export interface TrainingEpisode {
  readonly episodeNumber: number;
  readonly metrics: EpisodeMetrics;
  readonly createdAt: Date;
}

/** The metrics reported for an episode; null where none was reported. */
export interface EpisodeMetrics {
  /** In percent. */
  readonly roiPct: number | null;
  readonly sharpeRatio: number | null;
  /** In percent. */
  readonly maxDrawdownPct: number | null;
  readonly totalTrades: number | null;
  readonly rewardSum: number | null;
}

const fields: { readonly [Name in keyof TrainingRun]: Codec<TrainingRun[Name]> } = {
  runId: text,
  status: text,
  config: nullable(jsonObject),
  episodesTotal: nullable(integer),
  episodesCompleted: integer,
  startedAt: instant,
  completedAt: nullable(instant),
};

const figure: Codec<number | null> = absent<number | null>(nullable(number), null);
const count: Codec<number | null> = absent<number | null>(nullable(integer), null);

export const trainingRunRecord: Codec<TrainingRun> = record<TrainingRun>(fields);

const statsRecord: Codec<TrainingStats> = record<TrainingStats>({
  totalEpisodes: integer,
  avgRoiPct: number,
  bestRoiPct: number,
  worstRoiPct: number,
  avgSharpe: nullable(number),
  avgMaxDrawdownPct: number,
  avgRewardSum: figure,
  bestRewardSum: figure,
});

/** The platform sends an empty object if no episode reported a metric. */
export const trainingStatsRecord: Codec<TrainingStats | null> = {
  shape: { nullable: statsRecord },
  decode: (json) =>
    json === null || Object.keys(jsonObject.decode(json)).length === 0 ? null : statsRecord.decode(json),
  encode: (value) => (value === null ? null : statsRecord.encode(value)),
};

const episodeRecord: Codec<TrainingEpisode> = record<TrainingEpisode>({
  episodeNumber: integer,
  metrics: record<EpisodeMetrics>({
    roiPct: figure,
    sharpeRatio: figure,
    maxDrawdownPct: figure,
    totalTrades: count,
    rewardSum: figure,
  }),
  createdAt: instant,
});

export const trainingRunDetailRecord: Codec<TrainingRunDetail> = record<TrainingRunDetail>({
  ...fields,
  learningCurve: nullable(record<LearningCurve>({ roiPct: list(number), rewardSum: nullable(list(number)) })),
  aggregateStats: trainingStatsRecord,
  episodes: list(episodeRecord),
});

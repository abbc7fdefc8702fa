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

/** Open: the platform may add kinds. */
export type TrainingStatus = "running" | "completed" | "failed" | "cancelled" | (string & {});

/** A training run: where it stands. */
export interface TrainingRun {
  readonly runId: string;
  readonly status: TrainingStatus;
  /** As it was registered; null when none was given. */
  readonly config: Readonly<Record<string, unknown>> | null;
  /** The platform always sends null. */
  readonly episodesTotal: number | null;
  /** Reported so far. */
  readonly episodesCompleted: number;
  readonly startedAt: Date;
  /** Null until completed. */
  readonly completedAt: Date | null;
}

/** A training run with its episodes. */
export interface TrainingRunDetail extends TrainingRun {
  /** Null until completed, and when no episode was reported. */
  readonly learningCurve: LearningCurve | null;
  /** Null until completed, and when no episode reported any figure. */
  readonly aggregateStats: TrainingStats | null;
  /** In order of their numbers, at most 1000. */
  readonly episodes: readonly TrainingEpisode[];
}

/** One value an episode. */
export interface LearningCurve {
  /** In percent; 0 for an episode that reported none. */
  readonly roiPct: readonly number[];
  /** Of those episodes that reported one; null when none did. */
  readonly rewardSum: readonly number[] | null;
}

/** Over the episodes that reported figures. */
export interface TrainingStats {
  readonly totalEpisodes: number;
  /** In percent, as are the next two. */
  readonly avgRoiPct: number;
  readonly bestRoiPct: number;
  readonly worstRoiPct: number;
  /** Null when no episode reported a Sharpe ratio. */
  readonly avgSharpe: number | null;
  /** In percent. */
  readonly avgMaxDrawdownPct: number;
  /** Null when no episode reported a reward, as is the next. */
  readonly avgRewardSum: number | null;
  readonly bestRewardSum: number | null;
}

export interface TrainingEpisode {
  readonly episodeNumber: number;
  readonly metrics: EpisodeMetrics;
  readonly createdAt: Date;
}

/** What was reported about an episode; null where nothing was. */
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

/** The platform sends an empty object when all episodes came without figures. */
export const trainingStatsRecord: Codec<TrainingStats | null> = {
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

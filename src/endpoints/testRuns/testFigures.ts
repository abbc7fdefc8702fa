import { absent, flag, integer, map, nullable, number, record, type Codec } from "../../wire/index.ts";

/** Results over all episodes of a strategy test. Without episodes, all numbers are 0. */
export interface TestFigures {
  readonly episodesCompleted: number;
  readonly episodesProfitable: number;
  readonly episodesProfitablePct: number;
  /** In percent, as are the next four fields. */
  readonly avgRoiPct: number;
  readonly medianRoiPct: number;
  readonly bestRoiPct: number;
  readonly worstRoiPct: number;
  /** Standard deviation of the returns. */
  readonly stdRoiPct: number;
  /** Null if no episode has a Sharpe ratio. */
  readonly avgSharpe: number | null;
  /** In percent. */
  readonly avgMaxDrawdownPct: number;
  readonly avgTradesPerEpisode: number;
  readonly totalTrades: number;
  /** In percent; null if no episode has one. */
  readonly avgWinRate: number | null;
  /** Null if fewer than 10 episodes have a Sharpe ratio. */
  readonly deflatedSharpe: DeflatedSharpe | null;
  /** By symbol; null if the episodes do not distinguish symbols. */
  readonly byPair: Readonly<Record<string, PairFigures>> | null;
}

/** Results of a strategy test in one symbol. */
export interface PairFigures {
  /** In percent. */
  readonly avgRoiPct: number;
  readonly totalTrades: number;
  readonly episodesWithTrades: number;
}

/** Deflated Sharpe ratio: whether a Sharpe ratio is significant, given the number of trials. */
export interface DeflatedSharpe {
  /** Annualized. */
  readonly observedSharpe: number;
  /** The expected best Sharpe ratio of `numTrials` strategies without skill. */
  readonly expectedMaxSharpe: number;
  /** `observedSharpe` minus `expectedMaxSharpe`, in standard deviations. */
  readonly deflatedSharpe: number;
  /** 0 to 1. Unlike the usual p-value, a high value means significant. */
  readonly pValue: number;
  /** Whether `pValue` is above 0.95. */
  readonly isSignificant: boolean;
  readonly numTrials: number;
  readonly numReturns: number;
  readonly skewness: number;
  /** Excess kurtosis, relative to a normal distribution. */
  readonly kurtosis: number;
}

export const deflatedSharpeRecord: Codec<DeflatedSharpe> = record<DeflatedSharpe>({
  observedSharpe: number,
  expectedMaxSharpe: number,
  deflatedSharpe: number,
  pValue: number,
  isSignificant: flag,
  numTrials: integer,
  numReturns: integer,
  skewness: number,
  kurtosis: number,
});

const pairFiguresRecord: Codec<PairFigures> = record<PairFigures>({
  avgRoiPct: number,
  totalTrades: integer,
  episodesWithTrades: integer,
});

export const testFiguresRecord: Codec<TestFigures> = record<TestFigures>({
  episodesCompleted: integer,
  episodesProfitable: integer,
  episodesProfitablePct: number,
  avgRoiPct: number,
  medianRoiPct: number,
  bestRoiPct: number,
  worstRoiPct: number,
  stdRoiPct: number,
  avgSharpe: nullable(number),
  avgMaxDrawdownPct: number,
  avgTradesPerEpisode: number,
  totalTrades: integer,
  avgWinRate: nullable(number),
  deflatedSharpe: absent<DeflatedSharpe | null>(nullable(deflatedSharpeRecord), null),
  byPair: absent<TestFigures["byPair"]>(nullable(map(pairFiguresRecord)), null),
});

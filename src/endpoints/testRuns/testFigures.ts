import { absent, flag, integer, map, nullable, number, record, type Codec } from "../../wire/index.ts";

/** What the episodes of a test gave, taken together. Without any episode all counts and figures are 0. */
export interface TestFigures {
  readonly episodesCompleted: number;
  readonly episodesProfitable: number;
  readonly episodesProfitablePct: number;
  /** In percent, as are the next four. */
  readonly avgRoiPct: number;
  readonly medianRoiPct: number;
  readonly bestRoiPct: number;
  readonly worstRoiPct: number;
  /** Standard deviation. */
  readonly stdRoiPct: number;
  /** Null when no episode has a Sharpe ratio. */
  readonly avgSharpe: number | null;
  /** In percent. */
  readonly avgMaxDrawdownPct: number;
  readonly avgTradesPerEpisode: number;
  readonly totalTrades: number;
  /** In percent; null when no episode has one. */
  readonly avgWinRate: number | null;
  /** Null when fewer than 10 episodes have a Sharpe ratio. */
  readonly deflatedSharpe: DeflatedSharpe | null;
  /** By pair; null when the episodes do not tell pairs apart. */
  readonly byPair: Readonly<Record<string, PairFigures>> | null;
}

export interface PairFigures {
  /** In percent. */
  readonly avgRoiPct: number;
  readonly totalTrades: number;
  readonly episodesWithTrades: number;
}

/** Deflated Sharpe ratio: whether a Sharpe ratio is more than the luck of many tries. */
export interface DeflatedSharpe {
  /** Annualised. */
  readonly observedSharpe: number;
  /** What the best of `numTrials` tries without any skill is expected to show. */
  readonly expectedMaxSharpe: number;
  /** The observed one against the expected one, in standard deviations. */
  readonly deflatedSharpe: number;
  /** 0 to 1; here a high value means significant. */
  readonly pValue: number;
  /** Whether `pValue` is above 0.95. */
  readonly isSignificant: boolean;
  readonly numTrials: number;
  readonly numReturns: number;
  readonly skewness: number;
  /** Above that of a normal distribution. */
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

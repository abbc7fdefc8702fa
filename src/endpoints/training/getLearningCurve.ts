import { integer, list, number, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional, uuid, wholeNumber } from "../inputs/index.ts";

/** A metric of episodes. */
export type LearningMetric = "roi_pct" | "sharpe_ratio" | "max_drawdown_pct" | "total_trades" | "reward_sum";

const METRICS = [
  "roi_pct",
  "sharpe_ratio",
  "max_drawdown_pct",
  "total_trades",
  "reward_sum",
] as const satisfies readonly LearningMetric[];

/** Options of `getLearningCurve`. */
export interface GetLearningCurveOptions {
  /** Default `roi_pct`. */
  readonly metric?: LearningMetric | undefined;
  /** Number of episodes that a smoothed value is the mean of, 1 to 100; default 10. */
  readonly window?: number | undefined;
}

/** One metric over the episodes of a training run. Its three lists have the same length: one entry per episode that reported the metric. */
export interface SmoothedLearningCurve {
  readonly episodeNumbers: readonly number[];
  /** As reported. */
  readonly rawValues: readonly number[];
  /** Mean of up to `window` values, of this and the preceding episodes, with 4 decimals. */
  readonly smoothedValues: readonly number[];
  readonly metric: LearningMetric | (string & {});
  readonly window: number;
}

export const learningCurveRecord: Codec<SmoothedLearningCurve> = record<SmoothedLearningCurve>({
  episodeNumbers: list(integer),
  rawValues: list(number),
  smoothedValues: list(number),
  metric: text,
  window: integer,
});

export const getLearningCurve: Endpoint<GetLearningCurveOptions & { runId: string }, SmoothedLearningCurve> = endpoint({
  name: "getLearningCurve",
  method: "GET",
  path: "/training/runs/{runId}/learning-curve",
  input: input({ runId: uuid, metric: optional(oneOf(METRICS)), window: optional(wholeNumber(1, 100)) }),
  output: learningCurveRecord,
  access: "account",
  tier: "training",
});

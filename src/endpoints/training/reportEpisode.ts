import { endpoint, type Endpoint } from "../endpoint.ts";
import { finiteNumber, input, optional, uuid, wholeNumber } from "../inputs/index.ts";
import { trainingRunRecord, type TrainingRun } from "./trainingRun.ts";

/** Arguments of `reportEpisode`. */
export interface ReportEpisodeInput {
  /** From 1. Reporting a number twice counts as two episodes. */
  readonly episodeNumber: number;
  /** The session of the backtest that the episode ran. */
  readonly sessionId?: string | undefined;
  /** Return in percent. */
  readonly roiPct?: number | undefined;
  /** Of the episode's returns. */
  readonly sharpeRatio?: number | undefined;
  /** In percent. */
  readonly maxDrawdownPct?: number | undefined;
  /** Number of trades. */
  readonly totalTrades?: number | undefined;
  /** Sum of the rewards. */
  readonly rewardSum?: number | undefined;
}

export const reportEpisode: Endpoint<ReportEpisodeInput & { runId: string }, TrainingRun> = endpoint({
  name: "reportEpisode",
  method: "POST",
  path: "/training/runs/{runId}/episodes",
  input: input({
    runId: uuid,
    episodeNumber: wholeNumber(1),
    sessionId: optional(uuid),
    roiPct: optional(finiteNumber),
    sharpeRatio: optional(finiteNumber),
    maxDrawdownPct: optional(finiteNumber),
    totalTrades: optional(wholeNumber(0)),
    rewardSum: optional(finiteNumber),
  }),
  output: trainingRunRecord,
  access: "account",
  tier: "training",
});

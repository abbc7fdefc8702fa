import { instant, integer, list, nullable, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, commaSeparated, listOf, uuid } from "../inputs/index.ts";
import { trainingStatsRecord, type TrainingStats, type TrainingStatus } from "./trainingRun.ts";

/** Response body of `compareTrainingRuns`. */
export interface TrainingComparison {
  /** In no particular order. Runs that do not exist are omitted. */
  readonly runs: readonly ComparedRun[];
}

/** One training run of a comparison. */
export interface ComparedRun {
  readonly runId: string;
  readonly status: TrainingStatus;
  readonly episodesCompleted: number;
  /** Null until completed, and if no episode reported any metric. */
  readonly aggregateStats: TrainingStats | null;
  readonly startedAt: Date | null;
  /** Null until completed. */
  readonly completedAt: Date | null;
}

export const trainingComparisonRecord: Codec<TrainingComparison> = record<TrainingComparison>({
  runs: list(
    record<ComparedRun>({
      runId: text,
      status: text,
      episodesCompleted: integer,
      aggregateStats: trainingStatsRecord,
      startedAt: nullable(instant),
      completedAt: nullable(instant),
    }),
  ),
});

export const compareTrainingRuns: Endpoint<{ runIds: readonly string[] }, readonly ComparedRun[], TrainingComparison> =
  endpoint({
    name: "compareTrainingRuns",
    method: "GET",
    path: "/training/compare",
    input: input({ runIds: commaSeparated(listOf(uuid, "training run IDs", 1)) }),
    output: trainingComparisonRecord,
    list: ({ runs }) => runs,
    access: "account",
    tier: "training",
  });

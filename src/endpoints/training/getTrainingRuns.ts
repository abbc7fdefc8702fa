import { list } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional, wholeNumber } from "../inputs/index.ts";
import { trainingRunRecord, type TrainingRun } from "./trainingRun.ts";

/** Options of `getTrainingRuns`. */
export interface GetTrainingRunsOptions {
  /** Only runs with this status; default all. */
  readonly status?: "running" | "completed" | "failed" | "cancelled" | undefined;
  /** 1 to 100; default 50. */
  readonly limit?: number | undefined;
  /** Number of newest runs to skip; default 0. */
  readonly offset?: number | undefined;
}

export const getTrainingRuns: Endpoint<GetTrainingRunsOptions, readonly TrainingRun[]> = endpoint({
  name: "getTrainingRuns",
  method: "GET",
  path: "/training/runs",
  input: input({
    status: optional(oneOf(["running", "completed", "failed", "cancelled"])),
    limit: optional(wholeNumber(1, 100)),
    offset: optional(wholeNumber(0)),
  }),
  output: list(trainingRunRecord),
  access: "account",
  tier: "training",
});

import { list } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional, wholeNumber } from "../inputs/index.ts";
import { trainingRunRecord, type TrainingRun } from "./trainingRun.ts";

export interface GetTrainingRunsOptions {
  /** Only runs in this state; default all. */
  readonly status?: "running" | "completed" | "failed" | "cancelled" | undefined;
  /** 1 to 100; default 50. */
  readonly limit?: number | undefined;
  /** How many of the newest to pass over; default 0. */
  readonly offset?: number | undefined;
}

/** Newest first. */
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

import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, jsonObject, optional, unsupported, uuid } from "../inputs/index.ts";
import { trainingRunRecord, type TrainingRun } from "./trainingRun.ts";

export interface RegisterTrainingRunInput {
  /** A UUID of your own that was never used before: `crypto.randomUUID()`. */
  readonly runId: string;
  /** Yours: the platform does not interpret it. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  /** The strategy in training; the platform stores it and never tells it again. */
  readonly strategyId?: string | undefined;
}

export const registerTrainingRun: Endpoint<RegisterTrainingRunInput, TrainingRun> = endpoint({
  name: "registerTrainingRun",
  method: "POST",
  path: "/training/runs",
  input: input({
    runId: uuid,
    config: optional(jsonObject),
    strategyId: optional(uuid),
    episodesTotal: unsupported("is ignored by the platform; store it in config instead"),
  }),
  output: trainingRunRecord,
  access: "account",
  tier: "training",
});

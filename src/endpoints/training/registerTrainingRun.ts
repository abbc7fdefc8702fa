import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, jsonObject, optional, unsupported, uuid } from "../inputs/index.ts";
import { trainingRunRecord, type TrainingRun } from "./trainingRun.ts";

/** Arguments of `registerTrainingRun`. */
export interface RegisterTrainingRunInput {
  /** A new UUID that you choose, such as `crypto.randomUUID()`. */
  readonly runId: string;
  /** Free-form; the platform stores it and does not interpret it. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  /** The strategy being trained. The platform stores it but does not return it. */
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

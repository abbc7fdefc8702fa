import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { trainingRunRecord, type TrainingRun } from "./trainingRun.ts";

/** Can be repeated: it computes the run's figures anew. */
export const completeTrainingRun: Endpoint<{ runId: string }, TrainingRun> = endpoint({
  name: "completeTrainingRun",
  method: "POST",
  path: "/training/runs/{runId}/complete",
  input: input({ runId: uuid }),
  output: trainingRunRecord,
  access: "account",
  tier: "training",
});

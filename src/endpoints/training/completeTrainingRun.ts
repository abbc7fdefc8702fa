import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { trainingRunRecord, type TrainingRun } from "./trainingRun.ts";

// Can be called again: it recomputes the run's statistics.
export const completeTrainingRun: Endpoint<{ runId: string }, TrainingRun> = endpoint({
  name: "completeTrainingRun",
  method: "POST",
  path: "/training/runs/{runId}/complete",
  input: input({ runId: uuid }),
  output: trainingRunRecord,
  access: "account",
  tier: "training",
});

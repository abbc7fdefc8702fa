import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { trainingRunDetailRecord, type TrainingRunDetail } from "./trainingRun.ts";

export const getTrainingRun: Endpoint<{ runId: string }, TrainingRunDetail> = endpoint({
  name: "getTrainingRun",
  method: "GET",
  path: "/training/runs/{runId}",
  input: input({ runId: uuid }),
  output: trainingRunDetailRecord,
  access: "account",
  tier: "training",
});

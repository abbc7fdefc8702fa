import * as endpoints from "../../endpoints/training/index.ts";
import type {
  ComparedRun,
  GetLearningCurveOptions,
  GetTrainingRunsOptions,
  RegisterTrainingRunInput,
  ReportEpisodeInput,
  SmoothedLearningCurve,
  TrainingRun,
  TrainingRunDetail,
} from "../../endpoints/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import type { Client } from "../createClient.ts";
import { request } from "../request.ts";

/** The operation of `client.registerTrainingRun()`. */
export function registerTrainingRun(
  client: Client,
  run: RegisterTrainingRunInput,
  options?: CallOptions,
): Promise<TrainingRun> {
  return request(client, endpoints.registerTrainingRun, run, options);
}

/** The operation of `client.reportEpisode()`. */
export function reportEpisode(
  client: Client,
  runId: string,
  episode: ReportEpisodeInput,
  options?: CallOptions,
): Promise<TrainingRun> {
  return request(client, endpoints.reportEpisode, { ...episode, runId }, options);
}

/** The operation of `client.completeTrainingRun()`. */
export function completeTrainingRun(client: Client, runId: string, options?: CallOptions): Promise<TrainingRun> {
  return request(client, endpoints.completeTrainingRun, { runId }, options);
}

/** The operation of `client.getTrainingRuns()`. */
export function getTrainingRuns(
  client: Client,
  query: GetTrainingRunsOptions = {},
  options?: CallOptions,
): Promise<readonly TrainingRun[]> {
  return request(client, endpoints.getTrainingRuns, query, options);
}

/** The operation of `client.getTrainingRun()`. */
export function getTrainingRun(client: Client, runId: string, options?: CallOptions): Promise<TrainingRunDetail> {
  return request(client, endpoints.getTrainingRun, { runId }, options);
}

/** The operation of `client.compareTrainingRuns()`. */
export function compareTrainingRuns(
  client: Client,
  runIds: readonly string[],
  options?: CallOptions,
): Promise<readonly ComparedRun[]> {
  return request(client, endpoints.compareTrainingRuns, { runIds }, options);
}

/** The operation of `client.getLearningCurve()`. */
export function getLearningCurve(
  client: Client,
  runId: string,
  query: GetLearningCurveOptions = {},
  options?: CallOptions,
): Promise<SmoothedLearningCurve> {
  return request(client, endpoints.getLearningCurve, { ...query, runId }, options);
}

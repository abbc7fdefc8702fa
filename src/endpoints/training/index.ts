export {
  compareTrainingRuns,
  trainingComparisonRecord,
  type ComparedRun,
  type TrainingComparison,
} from "./compareTrainingRuns.ts";
export { completeTrainingRun } from "./completeTrainingRun.ts";
export {
  getLearningCurve,
  learningCurveRecord,
  type GetLearningCurveOptions,
  type LearningMetric,
  type SmoothedLearningCurve,
} from "./getLearningCurve.ts";
export { getTrainingRun } from "./getTrainingRun.ts";
export { getTrainingRuns, type GetTrainingRunsOptions } from "./getTrainingRuns.ts";
export { registerTrainingRun, type RegisterTrainingRunInput } from "./registerTrainingRun.ts";
export { reportEpisode, type ReportEpisodeInput } from "./reportEpisode.ts";
export {
  trainingRunDetailRecord,
  trainingRunRecord,
  trainingStatsRecord,
  type EpisodeMetrics,
  type LearningCurve,
  type TrainingEpisode,
  type TrainingRun,
  type TrainingRunDetail,
  type TrainingStats,
  type TrainingStatus,
} from "./trainingRun.ts";

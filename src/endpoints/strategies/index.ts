export { archiveStrategy } from "./archiveStrategy.ts";
export {
  compareStrategies,
  strategyComparisonRecord,
  type ComparedMetrics,
  type ComparedSharpe,
  type ComparedStrategy,
  type RankingMetric,
  type StrategyComparison,
  type CompareStrategiesOptions,
} from "./compareStrategies.ts";
export { createStrategy, type CreateStrategyInput } from "./createStrategy.ts";
export {
  createVersion,
  strategyVersionRecord,
  type CreateVersionInput,
  type StrategyVersion,
  type VersionStatus,
} from "./createVersion.ts";
export { type EntryConditions, type ExitConditions, type StrategyDefinition } from "./definition.ts";
export { deployStrategy } from "./deployStrategy.ts";
export { getStrategies, strategyPageRecord, type GetStrategiesOptions, type StrategyPage } from "./getStrategies.ts";
export { getStrategy, strategyDetailRecord, type StrategyDetail } from "./getStrategy.ts";
export { getVersion } from "./getVersion.ts";
export { getVersions, strategyVersionsCodec } from "./getVersions.ts";
export { strategyRecord, type Strategy, type StrategyStatus } from "./strategy.ts";
export { undeployStrategy } from "./undeployStrategy.ts";
export { updateStrategy, type UpdateStrategyInput } from "./updateStrategy.ts";

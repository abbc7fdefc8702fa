export { cancelTest } from "./cancelTest.ts";
export {
  compareVersions,
  versionComparisonRecord,
  type VersionComparison,
  type VersionFigures,
  type VersionImprovements,
} from "./compareVersions.ts";
export { getLatestTestResults } from "./getLatestTestResults.ts";
export { getTestResults } from "./getTestResults.ts";
export { getTestStatus } from "./getTestStatus.ts";
export { getTests, testRunsCodec } from "./getTests.ts";
export { runTest, type RunTestInput } from "./runTest.ts";
export {
  deflatedSharpeRecord,
  testFiguresRecord,
  type DeflatedSharpe,
  type PairFigures,
  type TestFigures,
} from "./testFigures.ts";
export {
  testRunDetailRecord,
  testRunRecord,
  type TestConfig,
  type TestRun,
  type TestRunDetail,
  type TestStatus,
} from "./testRun.ts";

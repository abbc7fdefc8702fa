import * as endpoints from "../../endpoints/testRuns/index.ts";
import type { RunTestInput, TestRun, TestRunDetail, VersionComparison } from "../../endpoints/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import type { Client } from "../createClient.ts";
import { request } from "../request.ts";

/** The operation of `client.runTest()`. */
export function runTest(
  client: Client,
  strategyId: string,
  test: RunTestInput,
  options?: CallOptions,
): Promise<TestRun> {
  return request(client, endpoints.runTest, { ...test, strategyId }, options);
}

/** The operation of `client.getTestStatus()`. */
export function getTestStatus(
  client: Client,
  strategyId: string,
  testId: string,
  options?: CallOptions,
): Promise<TestRunDetail> {
  return request(client, endpoints.getTestStatus, { strategyId, testId }, options);
}

/** The operation of `client.getTestResults()`. */
export function getTestResults(
  client: Client,
  strategyId: string,
  testId: string,
  options?: CallOptions,
): Promise<TestRunDetail> {
  return request(client, endpoints.getTestResults, { strategyId, testId }, options);
}

/** The operation of `client.compareVersions()`. */
export function compareVersions(
  client: Client,
  strategyId: string,
  v1: number,
  v2: number,
  options?: CallOptions,
): Promise<VersionComparison> {
  return request(client, endpoints.compareVersions, { strategyId, v1, v2 }, options);
}

/** The operation of `client.getTests()`. */
export function getTests(client: Client, strategyId: string, options?: CallOptions): Promise<readonly TestRun[]> {
  return request(client, endpoints.getTests, { strategyId }, options);
}

/** The operation of `client.getLatestTestResults()`. */
export function getLatestTestResults(
  client: Client,
  strategyId: string,
  options?: CallOptions,
): Promise<TestRunDetail> {
  return request(client, endpoints.getLatestTestResults, { strategyId }, options);
}

/** The operation of `client.cancelTest()`. */
export function cancelTest(
  client: Client,
  strategyId: string,
  testId: string,
  options?: CallOptions,
): Promise<TestRun> {
  return request(client, endpoints.cancelTest, { strategyId, testId }, options);
}

import * as endpoints from "../../endpoints/strategies/index.ts";
import type {
  CompareStrategiesOptions,
  CreateStrategyInput,
  CreateVersionInput,
  GetStrategiesOptions,
  Strategy,
  StrategyComparison,
  StrategyDetail,
  StrategyVersion,
  UpdateStrategyInput,
} from "../../endpoints/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import type { Client } from "../createClient.ts";
import { request } from "../request.ts";

/** The operation of `client.createStrategy()`. */
export function createStrategy(
  client: Client,
  strategy: CreateStrategyInput,
  options?: CallOptions,
): Promise<Strategy> {
  return request(client, endpoints.createStrategy, strategy, options);
}

/** The operation of `client.getStrategies()`. */
export function getStrategies(
  client: Client,
  query: GetStrategiesOptions = {},
  options?: CallOptions,
): Promise<readonly Strategy[]> {
  return request(client, endpoints.getStrategies, query, options);
}

/** The operation of `client.getStrategy()`. */
export function getStrategy(client: Client, strategyId: string, options?: CallOptions): Promise<StrategyDetail> {
  return request(client, endpoints.getStrategy, { strategyId }, options);
}

/** The operation of `client.createVersion()`. */
export function createVersion(
  client: Client,
  strategyId: string,
  version: CreateVersionInput,
  options?: CallOptions,
): Promise<StrategyVersion> {
  return request(client, endpoints.createVersion, { ...version, strategyId }, options);
}

/** The operation of `client.deployStrategy()`. */
export function deployStrategy(
  client: Client,
  strategyId: string,
  version: number,
  options?: CallOptions,
): Promise<Strategy> {
  return request(client, endpoints.deployStrategy, { strategyId, version }, options);
}

/** The operation of `client.undeployStrategy()`. */
export function undeployStrategy(client: Client, strategyId: string, options?: CallOptions): Promise<Strategy> {
  return request(client, endpoints.undeployStrategy, { strategyId }, options);
}

/** The operation of `client.compareStrategies()`. */
export function compareStrategies(
  client: Client,
  strategyIds: readonly string[],
  query: CompareStrategiesOptions = {},
  options?: CallOptions,
): Promise<StrategyComparison> {
  return request(client, endpoints.compareStrategies, { ...query, strategyIds }, options);
}

/** The operation of `client.updateStrategy()`. */
export function updateStrategy(
  client: Client,
  strategyId: string,
  changes: UpdateStrategyInput,
  options?: CallOptions,
): Promise<Strategy> {
  return request(client, endpoints.updateStrategy, { ...changes, strategyId }, options);
}

/** The operation of `client.archiveStrategy()`. */
export function archiveStrategy(client: Client, strategyId: string, options?: CallOptions): Promise<Strategy> {
  return request(client, endpoints.archiveStrategy, { strategyId }, options);
}

/** The operation of `client.getVersions()`. */
export function getVersions(
  client: Client,
  strategyId: string,
  options?: CallOptions,
): Promise<readonly StrategyVersion[]> {
  return request(client, endpoints.getVersions, { strategyId }, options);
}

/** The operation of `client.getVersion()`. */
export function getVersion(
  client: Client,
  strategyId: string,
  version: number,
  options?: CallOptions,
): Promise<StrategyVersion> {
  return request(client, endpoints.getVersion, { strategyId, version }, options);
}

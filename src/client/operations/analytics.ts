import * as endpoints from "../../endpoints/analytics/index.ts";
import type {
  GetPerformanceOptions,
  GetPortfolioHistoryOptions,
  Performance,
  PortfolioSnapshot,
} from "../../endpoints/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import type { Client } from "../createClient.ts";
import { request } from "../request.ts";

/** The operation of `client.getPerformance()`. */
export function getPerformance(
  client: Client,
  query: GetPerformanceOptions = {},
  options?: CallOptions,
): Promise<Performance> {
  return request(client, endpoints.getPerformance, query, options);
}

/** The operation of `client.getPortfolioHistory()`. */
export function getPortfolioHistory(
  client: Client,
  query: GetPortfolioHistoryOptions = {},
  options?: CallOptions,
): Promise<readonly PortfolioSnapshot[]> {
  return request(client, endpoints.getPortfolioHistory, query, options);
}

import * as endpoints from "../../endpoints/analytics/index.ts";
import { invalid, type GetLeaderboardOptions, type LeaderboardEntry } from "../../endpoints/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import type { Client } from "../createClient.ts";
import { request } from "../request.ts";

const MAX_ENTRIES = 50;

/** The operation of `client.getLeaderboard()`. The platform's leaderboard has no `limit`, so the list is cut here. */
export async function getLeaderboard(
  client: Client,
  { limit, ...period }: GetLeaderboardOptions = {},
  options?: CallOptions,
): Promise<readonly LeaderboardEntry[]> {
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= MAX_ENTRIES)) {
    throw invalid("getLeaderboard", [{ field: "limit", message: `must be a whole number from 1 to ${MAX_ENTRIES}` }]);
  }
  return (await request(client, endpoints.getLeaderboard, period, options)).slice(0, limit);
}

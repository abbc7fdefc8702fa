import { getLeaderboard, invalid, type GetLeaderboardOptions, type LeaderboardEntry } from "../endpoints/index.ts";
import type { CallOptions, Transport } from "../transport/index.ts";
import { send } from "./send.ts";

const MAX_ENTRIES = 50;

/** The platform's leaderboard has no `limit`, so the list is cut here. */
export async function readLeaderboard(
  transport: Transport,
  { limit, ...period }: GetLeaderboardOptions,
  options?: CallOptions,
): Promise<readonly LeaderboardEntry[]> {
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= MAX_ENTRIES)) {
    throw invalid("getLeaderboard", [{ field: "limit", message: `must be a whole number from 1 to ${MAX_ENTRIES}` }]);
  }
  return (await send(transport, getLeaderboard, period, options)).slice(0, limit);
}

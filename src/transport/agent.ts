import { getAccountInfo, getAgents, invalid } from "../endpoints/index.ts";
import { call } from "./call.ts";
import type { Transport } from "./transport.ts";

/**
 * The agent to place orders for with an account's key or a token, which have none by themselves; null with an
 * agent's key, which needs none. Looked up once a client, after the platform has failed for the lack of one.
 */
export async function searchAgent(transport: Transport, signal: AbortSignal): Promise<string | null> {
  const { isKey } = transport.credentials;
  if (isKey !== undefined && !isKey((await call(transport, getAccountInfo, {}, { signal })).apiKey)) return null;
  const { agents } = await call(transport, getAgents, {}, { signal });
  const [first, ...others] = agents.filter((agent) => agent.status !== "archived");
  if (first === undefined) {
    throw invalid("This call", [
      { field: "agentId", message: "is needed, and this account has no agent; make one with createAgent()" },
    ]);
  }
  if (others.length === 0) return first.id;
  const names = [first, ...others].map((agent) => `${agent.displayName} (${agent.id})`).join(", ");
  throw invalid("This call", [
    { field: "agentId", message: `must say which agent to trade for; this account has ${names}` },
  ]);
}

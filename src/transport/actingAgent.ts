import { invalid } from "../endpoints/index.ts";
import type { Trip } from "./classify.ts";
import type { Transport } from "./transport.ts";

/**
 * The agent to name in a request; a promise of it where it must be looked up. An agent's key acts for its own agent
 * only, whatever a request names, so another one is refused here.
 */
export function actingAgent(transport: Transport, trip: Trip): string | undefined | Promise<string | undefined> {
  const { endpoint, agentId, params } = trip;
  if (endpoint.access === "public" || agentId === null) return undefined;
  if (agentId === undefined) {
    if (endpoint.access !== "agent" || params["agentId"] !== undefined) return undefined;
    // An order says by its failure that an agent is missing, and is harmless until then; other calls do not.
    if (endpoint.effect === "order" || transport.acting.foundAgent !== undefined)
      return transport.acting.foundAgent ?? undefined;
    return findFirst(transport, trip);
  }
  // A token is an account's.
  if (transport.credentials.isKey === undefined) return agentId;
  return transport.acting.identity === undefined
    ? checkFirst(transport, trip, agentId)
    : checked(transport, trip, agentId);
}

async function findFirst(transport: Transport, { deadline }: Trip): Promise<string | undefined> {
  deadline.phase = "looking up the agent";
  await transport.acting.findAgent(deadline);
  return transport.acting.foundAgent ?? undefined;
}

async function checkFirst(transport: Transport, trip: Trip, agentId: string): Promise<string | undefined> {
  trip.deadline.phase = "looking up the agent";
  await transport.acting.identify(trip.deadline);
  return checked(transport, trip, agentId);
}

function checked({ acting: { identity } }: Transport, { endpoint }: Trip, agentId: string): string | undefined {
  if (identity?.kind !== "agent") return agentId;
  if (identity.agentId === agentId) return undefined;
  const own = identity.agentId === undefined ? "its own agent" : `its own agent ${identity.agentId}`;
  throw invalid(endpoint.name, [
    {
      field: "agentId",
      message: `is ${agentId}, but the apiKey is an agent's key and acts for ${own} only; leave agentId out, or use that agent's or the account's key`,
    },
  ]);
}

import { invalid } from "../endpoints/index.ts";
import type { RequestState } from "./requestState.ts";

/**
 * The agent to name in a request's header. Returns a promise only if it must be looked up first.
 *
 * @throws ValidationError for an agent other than the one that the API key belongs to: the platform would act for the
 * key's own agent, regardless of the header
 */
export function resolveAgent(state: RequestState): string | undefined | Promise<string | undefined> {
  const { endpoint, namedAgent, params } = state;
  const { agents, credentials } = state.session;
  if (endpoint.access === "public" || namedAgent === null) return undefined;
  if (namedAgent === undefined) {
    if (endpoint.access !== "agent" || params["agentId"] !== undefined) return undefined;
    // The platform rejects an order without an agent and stores nothing, so an order needs no lookup before.
    if (endpoint.effect === "order" || agents.foundAgent !== undefined) return agents.foundAgent ?? undefined;
    return findAgent(state);
  }
  // A token always belongs to an account.
  if (credentials.isKey === undefined) return namedAgent;
  return agents.identity === undefined ? identifyAndCheck(state, namedAgent) : checkOwnAgent(state, namedAgent);
}

async function findAgent({ session: { agents }, deadline }: RequestState): Promise<string | undefined> {
  deadline.phase = "looking up the agent";
  await agents.findAgent(deadline);
  return agents.foundAgent ?? undefined;
}

async function identifyAndCheck(state: RequestState, agentId: string): Promise<string | undefined> {
  state.deadline.phase = "looking up the agent";
  await state.session.agents.identify(state.deadline);
  return checkOwnAgent(state, agentId);
}

function checkOwnAgent({ session, endpoint }: RequestState, agentId: string): string | undefined {
  const { identity } = session.agents;
  if (identity?.kind !== "agent") return agentId;
  if (identity.agentId === agentId) return undefined;
  const own = identity.agentId === undefined ? "its own agent" : `its own agent ${identity.agentId}`;
  throw invalid(endpoint.name, [
    {
      field: "agentId",
      message: `is ${agentId}, but the apiKey acts only for ${own}; omit agentId, or use that agent's or the account's key`,
    },
  ]);
}

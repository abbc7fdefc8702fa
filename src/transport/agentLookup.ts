import { getAccountInfo, getAgents, invalid, type Agent } from "../endpoints/index.ts";
import { canonicalAgentId } from "./checkOptions.ts";
import type { Credentials } from "./credentials.ts";
import type { Deadline } from "./deadline.ts";
import type { RequestFunction } from "./requestFunction.ts";
import { sharedWork } from "./sharedWork.ts";

const PAGE_SIZE = 500;

/** The owner of a client's credential. */
export type Identity =
  | { readonly kind: "account" }
  /** `agentId` is undefined if several of the account's agents have keys with the same preview. */
  | { readonly kind: "agent"; readonly agentId: string | undefined };

/** Finds out which agent a client acts for. Each lookup is made once, when a call first depends on it. */
export interface AgentLookup {
  /** The agent found for an account's key or a token; null with an agent's key; undefined before the lookup. */
  readonly foundAgent: string | null | undefined;
  /** Undefined before the lookup. */
  readonly identity: Identity | undefined;
  /** Looks up the account's only agent. Calls that wait for it share one lookup. */
  findAgent(deadline: Deadline): Promise<void>;
  /** Looks up the owner of the credential. Calls that wait for it share one lookup. */
  identify(deadline: Deadline): Promise<void>;
  /** The effective agent of a call with this agent id, or without one; undefined if the credential decides. */
  effectiveAgent(agentId: string | undefined): string | undefined;
  /** After this agent was deleted or archived: if it is the one found, the next call looks again. */
  forget(agentId: string): void;
  /** Whether two calls with these agent ids are for the same agent. True if that is not known. */
  isSameAgent(one: string | undefined, other: string | undefined): boolean;
}

export function createAgentLookup(request: RequestFunction, credentials: Credentials): AgentLookup {
  let foundAgent: string | null | undefined;
  let identity: Identity | undefined;
  const search = sharedWork(async (signal) => {
    foundAgent = await findOnlyAgent(request, credentials, signal);
  });
  const identify = sharedWork(async (signal) => {
    identity = await identifyOwner(request, credentials, signal);
    if (identity.kind === "agent") foundAgent = null;
  });
  const effectiveAgent = (agentId: string | undefined): string | undefined =>
    identity?.kind === "agent" ? undefined : (agentId ?? foundAgent ?? undefined);
  return {
    get foundAgent() {
      return foundAgent;
    },
    get identity() {
      return identity;
    },
    findAgent: async (deadline) => (foundAgent === undefined ? search(deadline) : undefined),
    identify: async (deadline) => (identity === undefined ? identify(deadline) : undefined),
    effectiveAgent,
    forget(agentId) {
      if (foundAgent === canonicalAgentId(agentId)) foundAgent = undefined;
    },
    isSameAgent(one, other) {
      const [first, second] = [effectiveAgent(one), effectiveAgent(other)];
      return first === undefined || second === undefined || first === second;
    },
  };
}

/** The agent to trade for with an account's key or a token, which belong to no agent. Null with an agent's key. */
async function findOnlyAgent(
  request: RequestFunction,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<string | null> {
  if (await isAgentKey(request, credentials, signal)) return null;
  const agents = await request(getAgents, {}, { signal, agentId: null });
  const [first, ...others] = agents.filter((agent) => agent.status !== "archived");
  if (first === undefined) {
    throw invalid("This call", [
      { field: "agentId", message: "is required, but this account has no agent; create one with createAgent()" },
    ]);
  }
  if (others.length === 0) return first.id.toLowerCase();
  const names = [first, ...others].map((agent) => `${agent.displayName} (${agent.id})`).join(", ");
  throw invalid("This call", [
    { field: "agentId", message: `is required, because this account has several agents: ${names}` },
  ]);
}

async function isAgentKey(request: RequestFunction, { isKey }: Credentials, signal: AbortSignal): Promise<boolean> {
  if (isKey === undefined) return false;
  const { apiKey } = await request(getAccountInfo, {}, { signal, agentId: null });
  return !isKey(apiKey);
}

async function identifyOwner(
  request: RequestFunction,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<Identity> {
  if (!(await isAgentKey(request, credentials, signal))) return { kind: "account" };
  const matches: Agent[] = [];
  for (let offset = 0; ; offset += PAGE_SIZE) {
    const agents = await request(getAgents, { limit: PAGE_SIZE, offset }, { signal, agentId: null });
    matches.push(...agents.filter((agent) => credentials.hasPreview(agent.apiKeyPreview)));
    if (agents.length < PAGE_SIZE) break;
  }
  return { kind: "agent", agentId: matches.length === 1 ? matches[0]?.id.toLowerCase() : undefined };
}

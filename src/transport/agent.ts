import { getAccountInfo, getAgents, invalid, type Agent } from "../endpoints/index.ts";
import { call } from "./call.ts";
import type { Deadline } from "./deadline.ts";
import { sharedWork } from "./sharedWork.ts";
import type { Transport } from "./transport.ts";

const PAGE = 500;

/** Whose credential a client has. */
export type Identity =
  | { readonly kind: "account" }
  /** `agentId` is undefined when several of the account's agents have keys that look the same. */
  | { readonly kind: "agent"; readonly agentId: string | undefined };

/** What is known of whom a client acts for; looked up once, and only when a call depends on it. */
export interface Acting {
  /** The agent found for an account's key or a token; null when the key is an agent's; undefined before it was looked for. */
  foundAgent: string | null | undefined;
  /** Undefined before it was looked for. */
  identity: Identity | undefined;
  /** Looks for the account's agent once, however many calls wait for it. */
  findAgent(deadline: Deadline): Promise<void>;
  /** Finds out whose the credential is, once. */
  identify(deadline: Deadline): Promise<void>;
  /** The agent that calls without or with an agent id are for; undefined where the credential decides. */
  agentOf(agentId: string | undefined): string | undefined;
  /** Whether two agent ids of calls mean one agent; where that is not known, it may be. */
  isSameAgent(one: string | undefined, other: string | undefined): boolean;
}

export function createActing(transport: () => Transport): Acting {
  const search = sharedWork(async (signal) => {
    acting.foundAgent = await searchAgent(transport(), signal);
  });
  const identify = sharedWork(async (signal) => {
    acting.identity = await identityOf(transport(), signal);
    if (acting.identity.kind === "agent") acting.foundAgent = null;
  });
  const acting: Acting = {
    foundAgent: undefined,
    identity: undefined,
    findAgent: async (deadline) => (acting.foundAgent === undefined ? search(deadline) : undefined),
    identify: async (deadline) => (acting.identity === undefined ? identify(deadline) : undefined),
    agentOf(agentId) {
      return acting.identity?.kind === "agent" ? undefined : (agentId ?? acting.foundAgent ?? undefined);
    },
    isSameAgent(one, other) {
      const [first, second] = [acting.agentOf(one), acting.agentOf(other)];
      return first === undefined || second === undefined || first === second;
    },
  };
  return acting;
}

/**
 * The agent to place orders for with an account's key or a token, which have none by themselves; null with an
 * agent's key, which needs none.
 */
async function searchAgent(transport: Transport, signal: AbortSignal): Promise<string | null> {
  if (await isAgentKey(transport, signal)) return null;
  const agents = await call(transport, getAgents, {}, { signal, agentId: null });
  const [first, ...others] = agents.filter((agent) => agent.status !== "archived");
  if (first === undefined) {
    throw invalid("This call", [
      { field: "agentId", message: "is needed, and this account has no agent; make one with createAgent()" },
    ]);
  }
  if (others.length === 0) return first.id.toLowerCase();
  const names = [first, ...others].map((agent) => `${agent.displayName} (${agent.id})`).join(", ");
  throw invalid("This call", [
    { field: "agentId", message: `must say which agent to trade for; this account has ${names}` },
  ]);
}

async function isAgentKey(transport: Transport, signal: AbortSignal): Promise<boolean> {
  const { isKey } = transport.credentials;
  if (isKey === undefined) return false;
  const { apiKey } = await call(transport, getAccountInfo, {}, { signal, agentId: null });
  return !isKey(apiKey);
}

async function identityOf(transport: Transport, signal: AbortSignal): Promise<Identity> {
  if (!(await isAgentKey(transport, signal))) return { kind: "account" };
  const own: Agent[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const agents = await call(transport, getAgents, { limit: PAGE, offset }, { signal, agentId: null });
    own.push(...agents.filter((agent) => transport.credentials.hasPreview(agent.apiKeyPreview)));
    if (agents.length < PAGE) break;
  }
  return { kind: "agent", agentId: own.length === 1 ? own[0]?.id.toLowerCase() : undefined };
}

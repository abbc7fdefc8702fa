import { crash, Rejection } from "../../base/rejection.ts";
import type { Agent } from "../../engine/model.ts";
import type { Call } from "../call.ts";

/** The agent of the path, which must belong to the caller's account. */
export function ownAgent(call: Call, id: string): Agent {
  const agent = call.state.agents.get(id);
  if (agent === undefined) {
    if (call.state.quirks.unknownAgentCrashes) throw crash();
    throw new Rejection("AGENT_NOT_FOUND", `Agent '${id}' not found.`, { agent_id: id });
  }
  if (agent.accountId !== call.account.id)
    throw new Rejection("PERMISSION_DENIED", "Agent does not belong to this account.");
  return agent;
}

/** The same for routes that change an agent or reveal its key. An agent's key may do that for its own agent only. */
export function managedAgent(call: Call, id: string): Agent {
  const agent = ownAgent(call, id);
  const { keyAgent } = call;
  if (keyAgent !== undefined && keyAgent !== agent && !call.state.quirks.siblingsManageEachOther)
    throw new Rejection("PERMISSION_DENIED", "An agent's key manages no other agent; use the account's key.");
  return agent;
}

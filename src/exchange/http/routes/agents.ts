import { riskProfileRecord } from "../../../endpoints/account/index.ts";
import {
  agentRecord,
  agentsRecord,
  createdAgentRecord,
  type Agent as WireAgent,
  type CreatedAgent,
} from "../../../endpoints/agents/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import { createAgent as create } from "../../engine/accounts/accounts.ts";
import {
  archiveAgent,
  changeAgent,
  cloneAgent,
  deleteAgent,
  renewKey,
  type AgentChanges,
} from "../../engine/accounts/agents.ts";
import { amountOf, textOfAmount, textOfStored } from "../../base/amount.ts";
import { checkAgentProfile, ownProfile, shownProfile, wireProfile } from "../../engine/trading/limits.ts";
import type { Agent } from "../../engine/model.ts";
import { Rejection } from "../../base/rejection.ts";
import { restartAgent } from "../../engine/accounts/reset.ts";
import { placesOf, startingBalanceOf } from "./balances.ts";
import type { Call } from "../call.ts";
import { emptyReply, jsonReply, type Reply } from "../reply.ts";
import { bareRoute, route, type Route } from "../route.ts";
import { previewOf, skillOf } from "./skill.ts";
import { readProfile } from "./account.ts";

const AGENT = "/api/v1/agents/{agent_id}";

export const agentRoutes: readonly Route[] = [
  route(
    "POST",
    "/api/v1/agents",
    createdAgentRecord,
    (call) => {
      const { state, account } = call;
      const body = call.body();
      const displayName = body.text("display_name", { least: 1, most: 100 });
      const startingBalance = body.has("starting_balance")
        ? body.decimal("starting_balance", placesOf(state))
        : amountOf("10000.00");
      const llmModel = body.optionalText("llm_model", { most: 100 }) ?? null;
      const framework = body.optionalText("framework", { most: 100 }) ?? null;
      const strategyTags = body.texts("strategy_tags");
      const riskProfile = body.object("risk_profile");
      const color = body.optionalText("color", { most: 7 }) ?? null;
      body.done();
      call.checkSize();
      if (!state.quirks.uncheckedAgentProfiles) checkAgentProfile(riskProfile);
      const draft = { displayName, llmModel, framework, strategyTags, riskProfile, color };
      const agent = create(state, account, { ...draft, startingBalance: startingBalanceOf(state, startingBalance) });
      return created(agent, textOfAmount(startingBalance));
    },
    201,
  ),

  route("GET", "/api/v1/agents", agentsRecord, ({ query, account }) => {
    const includeArchived = query.flag("include_archived", false);
    const limit = query.integer("limit", { least: 1, most: 500 }, 100);
    const offset = query.integer("offset", { least: 0 }, 0);
    query.done();
    const agents = account.agents
      .filter((agent) => includeArchived || agent.status !== "archived")
      .slice(offset, offset + limit);
    return { agents: agents.map(wireAgent), total: agents.length };
  }),

  bareRoute("GET", "/api/v1/agents/overview", ({ account }) => {
    const agents = account.agents.filter((agent) => agent.status !== "archived").slice(0, 100);
    return jsonReply(200, { agents: agents.map((agent) => agentRecord.encode(wireAgent(agent))) });
  }),

  bareRoute("GET", AGENT, (call) => shown(ownAgent(call, idOf(call)))),

  bareRoute("PUT", AGENT, (call) => {
    const id = idOf(call);
    const changes = readChanges(call);
    const agent = managedAgent(call, id);
    changeAgent(call.state, agent, changes);
    return shown(agent);
  }),

  bareRoute("DELETE", AGENT, (call) => {
    deleteAgent(call.state, managedAgent(call, idOf(call)));
    return emptyReply();
  }),

  bareRoute("POST", `${AGENT}/clone`, (call) => {
    const id = idOf(call);
    const name = call.query.optionalText("new_name", { least: 1, most: 100 });
    call.query.done();
    const agent = cloneAgent(call.state, managedAgent(call, id), name);
    return jsonReply(201, createdAgentRecord.encode(created(agent, textOfStored(agent.startingBalance))));
  }),

  bareRoute("POST", `${AGENT}/reset`, (call) => {
    const agent = managedAgent(call, idOf(call));
    restartAgent(call.state, agent);
    return shown(agent);
  }),

  bareRoute("POST", `${AGENT}/archive`, (call) => {
    const agent = managedAgent(call, idOf(call));
    archiveAgent(call.state, agent);
    return shown(agent);
  }),

  bareRoute("GET", `${AGENT}/api-key`, (call) => {
    const agent = managedAgent(call, idOf(call));
    return jsonReply(200, { agent_id: agent.id, api_key: agent.key, message: "Current API key for this agent." });
  }),

  bareRoute("POST", `${AGENT}/regenerate-key`, (call) => {
    const agent = managedAgent(call, idOf(call));
    renewKey(call.state, agent);
    const message = "API key regenerated. Save now — it will not be shown again.";
    return jsonReply(200, { agent_id: agent.id, api_key: agent.key, message });
  }),

  bareRoute("GET", `${AGENT}/skill.md`, (call) => {
    const agent = ownAgent(call, idOf(call));
    return { status: 200, body: skillOf(agent), headers: { "content-type": "text/markdown; charset=utf-8" } };
  }),

  route("GET", "/api/v1/agents/{agent_id}/risk-profile", riskProfileRecord, (call) => {
    const agent = ownAgent(call, idOf(call));
    return call.state.quirks.agentsHideAccountProfile
      ? ownProfile(agent)
      : shownProfile({ account: agent.account, agent });
  }),

  route("PUT", "/api/v1/agents/{agent_id}/risk-profile", riskProfileRecord, (call) => {
    const id = idOf(call);
    const profile = readProfile(call.body());
    const agent = managedAgent(call, id);
    changeAgent(call.state, agent, { riskProfile: { ...agent.riskProfile, ...wireProfile(profile) } });
    return profile;
  }),
];

function idOf(call: Call): string {
  const id = call.path.uuid("agent_id");
  call.path.done();
  return id;
}

/** The agent of the path, if it is of the caller's account. */
function ownAgent(call: Call, id: string): Agent {
  const agent = call.state.agents.get(id);
  if (agent === undefined) {
    if (call.state.quirks.unknownAgentCrashes) throw new Rejection("INTERNAL_ERROR", "An unexpected error occurred.");
    throw new Rejection("AGENT_NOT_FOUND", `Agent '${id}' not found.`, { agent_id: id });
  }
  if (agent.account !== call.account)
    throw new Rejection("PERMISSION_DENIED", "Agent does not belong to this account.");
  return agent;
}

/** The same for what changes an agent or gives away its key. */
function managedAgent(call: Call, id: string): Agent {
  const agent = ownAgent(call, id);
  const { keyAgent } = call;
  if (keyAgent !== undefined && keyAgent !== agent && !call.state.quirks.siblingsManageEachOther)
    throw new Rejection("PERMISSION_DENIED", "An agent's key manages no other agent; use the account's key.");
  return agent;
}

/** What is sent changes, null included: it clears what can be empty. */
function readChanges(call: Call): AgentChanges {
  const body = call.body();
  const changes: AgentChanges = {};
  const isNull = (name: string): boolean => body.raw(name) === null;
  const nullable = (name: string, most?: number): string | null =>
    isNull(name) ? null : body.text(name, most === undefined ? {} : { most });
  if (body.has("display_name") && !(isNull("display_name") && call.state.quirks.nullNamesCrash))
    changes.displayName = body.text("display_name", { least: 1, most: 100 });
  if (body.has("llm_model")) changes.llmModel = nullable("llm_model", 100);
  if (body.has("framework")) changes.framework = nullable("framework", 100);
  if (body.has("strategy_tags")) changes.strategyTags = isNull("strategy_tags") ? [] : body.texts("strategy_tags");
  if (body.has("risk_profile")) changes.riskProfile = isNull("risk_profile") ? {} : body.object("risk_profile");
  if (body.has("color")) changes.color = nullable("color", 7);
  if (body.has("avatar_url")) changes.avatarUrl = nullable("avatar_url");
  body.done();
  call.checkSize();
  if (isNull("display_name"))
    throw new Rejection("DATABASE_ERROR", 'null value in column "display_name" violates not-null constraint');
  if (changes.riskProfile !== undefined && !call.state.quirks.uncheckedAgentProfiles)
    checkAgentProfile(changes.riskProfile);
  return changes;
}

function created(agent: Agent, startingBalance: string): Encodable<CreatedAgent> {
  return {
    agentId: agent.id,
    apiKey: agent.key,
    displayName: agent.displayName,
    startingBalance,
    message: "Save your API key now. It will not be shown again.",
  };
}

function shown(agent: Agent): Reply {
  return jsonReply(200, agentRecord.encode(wireAgent(agent)));
}

function wireAgent(agent: Agent): Encodable<WireAgent> {
  return {
    id: agent.id,
    accountId: agent.account.id,
    displayName: agent.displayName,
    apiKeyPreview: previewOf(agent),
    startingBalance: textOfStored(agent.startingBalance),
    llmModel: agent.llmModel,
    framework: agent.framework,
    strategyTags: agent.strategyTags,
    riskProfile: agent.riskProfile,
    avatarUrl: agent.avatarUrl,
    color: agent.color,
    status: agent.status,
    createdAt: new Date(agent.createdAt),
    updatedAt: new Date(agent.updatedAt),
  };
}

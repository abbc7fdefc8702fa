import { getRiskProfile, updateAgentRiskProfile } from "../../../endpoints/account/index.ts";
import { agentRecord, createAgent, getAgents, type Agent as WireAgent } from "../../../endpoints/agents/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import { createAgent as create } from "../../engine/accounts.ts";
import { amountOf, textOfAmount, textOfStored } from "../../engine/amount.ts";
import { checkAgentProfile, shownProfile, wireProfile } from "../../engine/limits.ts";
import type { Agent } from "../../engine/model.ts";
import { Refusal } from "../../engine/refusal.ts";
import { startingBalanceOf } from "../balances.ts";
import type { Call } from "../call.ts";
import { jsonReply } from "../reply.ts";
import { bareRoute, route, type Route } from "../route.ts";
import { readProfile } from "./account.ts";

export const agentRoutes: readonly Route[] = [
  route(
    createAgent,
    (call) => {
      const { world, account } = call;
      const body = call.body();
      const displayName = body.text("display_name", { least: 1, most: 100 });
      const startingBalance = body.has("starting_balance") ? body.decimal("starting_balance") : amountOf("10000.00");
      const llmModel = body.optionalText("llm_model", { most: 100 }) ?? null;
      const framework = body.optionalText("framework", { most: 100 }) ?? null;
      const strategyTags = body.texts("strategy_tags");
      const riskProfile = body.object("risk_profile");
      const color = body.optionalText("color", { most: 7 }) ?? null;
      body.done();
      if (!world.quirks.uncheckedAgentProfiles) checkAgentProfile(riskProfile);
      const draft = { displayName, llmModel, framework, strategyTags, riskProfile, color };
      const agent = create(world, account, { ...draft, startingBalance: startingBalanceOf(world, startingBalance) });
      return {
        agentId: agent.id,
        apiKey: agent.key,
        displayName: agent.displayName,
        startingBalance: textOfAmount(startingBalance),
        message: "Save your API key now. It will not be shown again.",
      };
    },
    201,
  ),

  route(getAgents, ({ query, account }) => {
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

  bareRoute("GET", "/api/v1/agents/{agent_id}", (call) =>
    jsonReply(200, agentRecord.encode(wireAgent(ownAgent(call)))),
  ),

  bareRoute("GET", "/api/v1/agents/{agent_id}/api-key", (call) => {
    const agent = ownAgent(call);
    return jsonReply(200, { agent_id: agent.id, api_key: agent.key, message: "Keep this key secret." });
  }),

  route(getRiskProfile, (call) => {
    const agent = ownAgent(call);
    return shownProfile({ account: agent.account, agent });
  }),

  route(updateAgentRiskProfile, (call) => {
    const agent = ownAgent(call);
    const profile = readProfile(call.body());
    agent.riskProfile = { ...agent.riskProfile, ...wireProfile(profile) };
    agent.limits = undefined;
    agent.updatedAt = call.world.now;
    return profile;
  }),
];

/** The agent of the path, if it is of the caller's account. */
function ownAgent(call: Call): Agent {
  const id = call.path.uuid("agent_id");
  call.path.done();
  const agent = call.world.agents.get(id);
  if (agent === undefined) {
    if (call.world.quirks.unknownAgentCrashes) throw new Refusal("INTERNAL_ERROR", "An unexpected error occurred.");
    throw new Refusal("AGENT_NOT_FOUND", `Agent '${id}' not found.`, { agent_id: id });
  }
  if (agent.account !== call.account) throw new Refusal("PERMISSION_DENIED", "Agent does not belong to this account.");
  return agent;
}

function wireAgent(agent: Agent): Encodable<WireAgent> {
  return {
    id: agent.id,
    accountId: agent.account.id,
    displayName: agent.displayName,
    apiKeyPreview: `${agent.key.slice(0, 12)}...`,
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

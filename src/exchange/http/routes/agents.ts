import { riskProfileRecord } from "../../../endpoints/account/index.ts";
import {
  agentKeyRecord,
  agentRecord,
  agentsOverviewRecord,
  agentsRecord,
  createdAgentRecord,
  type Agent as WireAgent,
  type CreatedAgent,
} from "../../../endpoints/agents/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import { createAgent as create } from "../../engine/accounts/accounts.ts";
import {
  archiveAgent,
  updateAgent,
  cloneAgent,
  deleteAgent,
  regenerateKey,
  type AgentChanges,
} from "../../engine/accounts/agents.ts";
import { toDecimal28, formatDecimal, formatFixed8 } from "../../base/amount.ts";
import { checkAgentProfile, ownProfile, reportedProfile, toWireProfile } from "../../engine/trading/limits.ts";
import type { Agent } from "../../engine/model.ts";
import { agentsOf } from "../../engine/scope.ts";
import { Rejection } from "../../base/rejection.ts";
import { restartAgent } from "../../engine/accounts/reset.ts";
import type { Call } from "../call.ts";
import { emptyReply } from "../reply.ts";
import { replyRoute, route, type Route } from "../route.ts";
import {
  amount,
  anyObject,
  boolean,
  ifPresent,
  nullable,
  object,
  optional,
  string,
  strings,
  withDefault,
  type Field,
  type Values,
} from "../schema/index.ts";
import { riskProfileBody } from "./account.ts";
import { managedAgent, ownAgent } from "./ownAgent.ts";
import { paging } from "./paging.ts";
import { formatKeyPreview, loadSkillText, skillFile } from "./skill.ts";
import { toStartingBalance } from "./startingBalance.ts";

const AGENT = "/api/v1/agents/{agent_id}";

const createBody = object({
  displayName: string({ min: 1, max: 100 }),
  startingBalance: withDefault(amount, toDecimal28("10000.00")),
  llmModel: optional(string({ max: 100 })),
  framework: optional(string({ max: 100 })),
  strategyTags: withDefault(strings, []),
  riskProfile: withDefault(anyObject, {}),
  color: optional(string({ max: 7 })),
});

/** The platform has a constraint against names that are null, but no check. */
const displayName: Field<string | null> = (input) =>
  input.value === null && input.state.quirks.nullNamesCrash ? null : string({ min: 1, max: 100 })(input);

// Only the fields that are sent change. Null clears a field.
const changesBody = object({
  displayName: ifPresent(displayName),
  llmModel: ifPresent(nullable(string({ max: 100 }))),
  framework: ifPresent(nullable(string({ max: 100 }))),
  strategyTags: ifPresent(nullable(strings)),
  riskProfile: ifPresent(nullable(anyObject)),
  color: ifPresent(nullable(string({ max: 7 }))),
  avatarUrl: ifPresent(nullable(string())),
});

const listQuery = object({ includeArchived: withDefault(boolean, false), ...paging(500, 100) });
const cloneQuery = object({ newName: optional(string({ min: 1, max: 100 })) });

export const agentRoutes: readonly Route[] = [
  route("POST /api/v1/agents", { body: createBody, output: createdAgentRecord, status: 201 }, (call) => {
    const { state, account } = call;
    const { startingBalance, ...draft } = call.readBody();
    const { llmModel = null, framework = null, color = null } = draft;
    call.checkSize();
    if (!state.quirks.uncheckedAgentProfiles) checkAgentProfile(draft.riskProfile);
    const agent = create(state, account, {
      ...draft,
      llmModel,
      framework,
      color,
      startingBalance: toStartingBalance(state, startingBalance),
    });
    return wireCreatedAgent(agent, formatDecimal(startingBalance));
  }),

  route("GET /api/v1/agents", { query: listQuery, output: agentsRecord }, (call) => {
    const { includeArchived, limit, offset } = call.readQuery();
    const agents = agentsOf(call.state, { account: call.account, agent: undefined })
      .filter((agent) => includeArchived || agent.status !== "archived")
      .slice(offset, offset + limit);
    return { agents: agents.map(wireAgent), total: agents.length };
  }),

  route("GET /api/v1/agents/overview", { output: agentsOverviewRecord }, ({ state, account }) => {
    const agents = agentsOf(state, { account, agent: undefined }).filter((agent) => agent.status !== "archived");
    return { agents: agents.slice(0, 100).map(wireAgent) };
  }),

  route(`GET ${AGENT}`, { output: agentRecord }, (call) => wireAgent(ownAgent(call, call.readParameter("agent_id")))),

  route(`PUT ${AGENT}`, { body: changesBody, output: agentRecord }, (call) => {
    const id = call.readParameter("agent_id");
    const changes = readChanges(call);
    const agent = managedAgent(call, id);
    updateAgent(call.state, agent, changes);
    return wireAgent(agent);
  }),

  replyRoute(`DELETE ${AGENT}`, {}, (call) => {
    deleteAgent(call.state, managedAgent(call, call.readParameter("agent_id")));
    return emptyReply();
  }),

  route(`POST ${AGENT}/clone`, { query: cloneQuery, output: createdAgentRecord, status: 201 }, (call) => {
    const id = call.readParameter("agent_id");
    const { newName } = call.readQuery();
    const agent = cloneAgent(call.state, managedAgent(call, id), newName);
    return wireCreatedAgent(agent, formatFixed8(agent.startingBalance));
  }),

  route(`POST ${AGENT}/reset`, { output: agentRecord }, (call) => {
    const agent = managedAgent(call, call.readParameter("agent_id"));
    restartAgent(call.state, agent);
    return wireAgent(agent);
  }),

  route(`POST ${AGENT}/archive`, { output: agentRecord }, (call) => {
    const agent = managedAgent(call, call.readParameter("agent_id"));
    archiveAgent(call.state, agent);
    return wireAgent(agent);
  }),

  route(`GET ${AGENT}/api-key`, { output: agentKeyRecord }, (call) => {
    const agent = managedAgent(call, call.readParameter("agent_id"));
    return { agentId: agent.id, apiKey: agent.key, message: "Current API key for this agent." };
  }),

  route(`POST ${AGENT}/regenerate-key`, { output: agentKeyRecord }, (call) => {
    const agent = managedAgent(call, call.readParameter("agent_id"));
    regenerateKey(call.state, agent);
    const message = "API key regenerated. Save now — it will not be shown again.";
    return { agentId: agent.id, apiKey: agent.key, message };
  }),

  replyRoute(`GET ${AGENT}/skill.md`, { prepare: loadSkillText }, (call) => {
    const agent = ownAgent(call, call.readParameter("agent_id"));
    return {
      status: 200,
      body: skillFile(agent, call.prepared?.skillText ?? ""),
      headers: { "content-type": "text/markdown; charset=utf-8" },
    };
  }),

  route(`GET ${AGENT}/risk-profile`, { output: riskProfileRecord }, (call) => {
    const agent = ownAgent(call, call.readParameter("agent_id"));
    return call.state.quirks.agentsHideAccountProfile
      ? ownProfile(agent)
      : reportedProfile({ account: call.account, agent });
  }),

  route(`PUT ${AGENT}/risk-profile`, { body: riskProfileBody, output: riskProfileRecord }, (call) => {
    const id = call.readParameter("agent_id");
    const profile = call.readBody();
    const agent = managedAgent(call, id);
    updateAgent(call.state, agent, { riskProfile: { ...agent.riskProfile, ...toWireProfile(profile) } });
    return profile;
  }),
];

function readChanges(call: Call<"agent_id", unknown, Values<typeof changesBody>>): AgentChanges {
  const { strategyTags, riskProfile, displayName: name, ...others } = call.readBody();
  call.checkSize();
  if (name === null)
    throw new Rejection("DATABASE_ERROR", 'null value in column "display_name" violates not-null constraint');
  if (riskProfile && !call.state.quirks.uncheckedAgentProfiles) checkAgentProfile(riskProfile);
  return {
    ...others,
    displayName: name,
    strategyTags: strategyTags === null ? [] : strategyTags,
    riskProfile: riskProfile === null ? {} : riskProfile,
  };
}

function wireCreatedAgent(agent: Agent, startingBalance: string): Encodable<CreatedAgent> {
  return {
    agentId: agent.id,
    apiKey: agent.key,
    displayName: agent.displayName,
    startingBalance,
    message: "Save your API key now. It will not be shown again.",
  };
}

function wireAgent(agent: Agent): Encodable<WireAgent> {
  return {
    id: agent.id,
    accountId: agent.accountId,
    displayName: agent.displayName,
    apiKeyPreview: formatKeyPreview(agent),
    startingBalance: formatFixed8(agent.startingBalance),
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

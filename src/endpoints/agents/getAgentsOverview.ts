import { list, record, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint, type NoArguments } from "../endpoint.ts";
import { input } from "../inputs/index.ts";
import { agentRecord, type Agent } from "./getAgents.ts";

/** Response body of `getAgentsOverview`. */
export interface AgentsOverview {
  /** Oldest first. */
  readonly agents: readonly Agent[];
}

export const agentsOverviewRecord: Codec<AgentsOverview> = record<AgentsOverview>({ agents: list(agentRecord) });

export const getAgentsOverview: Endpoint<NoArguments, readonly Agent[], AgentsOverview> = endpoint({
  name: "getAgentsOverview",
  method: "GET",
  path: "/agents/overview",
  input: input({}),
  output: agentsOverviewRecord,
  list: ({ agents }) => agents,
  access: "account",
  tier: "general",
});

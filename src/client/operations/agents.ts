import * as endpoints from "../../endpoints/agents/index.ts";
import type { Agent, CreateAgentInput, CreatedAgent, GetAgentsOptions } from "../../endpoints/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import type { Client } from "../createClient.ts";
import { request } from "../request.ts";

/** The operation of `client.getAgents()`. */
export function getAgents(
  client: Client,
  query: GetAgentsOptions = {},
  options?: CallOptions,
): Promise<readonly Agent[]> {
  return request(client, endpoints.getAgents, query, options);
}

/** The operation of `client.createAgent()`. */
export function createAgent(client: Client, agent: CreateAgentInput, options?: CallOptions): Promise<CreatedAgent> {
  return request(client, endpoints.createAgent, agent, options);
}

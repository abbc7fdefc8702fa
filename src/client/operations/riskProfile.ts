// The platform has separate endpoints for the limits of a given agent and for those of the key's owner.
import * as endpoints from "../../endpoints/account/index.ts";
import type { RiskProfile } from "../../endpoints/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import type { Client } from "../createClient.ts";
import { request } from "../request.ts";

export interface GetRiskProfileOptions {
  /** The agent whose limits are meant; default the owner of the client's key. */
  readonly agentId?: string | undefined;
}

export interface UpdateRiskProfileInput extends RiskProfile {
  /** The agent whose limits are meant; default the owner of the client's key. */
  readonly agentId?: string | undefined;
}

/** The operation of `client.getRiskProfile()`. */
export async function getRiskProfile(
  client: Client,
  { agentId }: GetRiskProfileOptions = {},
  options?: CallOptions,
): Promise<RiskProfile> {
  return agentId === undefined
    ? (await request(client, endpoints.getAccountInfo, {}, options)).riskProfile
    : request(client, endpoints.getRiskProfile, { agentId }, options);
}

/** The operation of `client.updateRiskProfile()`. */
export async function updateRiskProfile(
  client: Client,
  { agentId, ...limits }: UpdateRiskProfileInput,
  options?: CallOptions,
): Promise<RiskProfile> {
  return agentId === undefined
    ? request(client, endpoints.updateRiskProfile, limits, options)
    : request(client, endpoints.updateAgentRiskProfile, { ...limits, agentId }, options);
}

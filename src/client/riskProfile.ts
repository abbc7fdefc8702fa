// The platform has separate endpoints for the limits of a given agent and for those of the key's owner.
import {
  getAccountInfo,
  getRiskProfile,
  updateAgentRiskProfile,
  updateRiskProfile,
  type RiskProfile,
} from "../endpoints/index.ts";
import type { CallOptions, Transport } from "../transport/index.ts";
import { send } from "./send.ts";

export interface GetRiskProfileOptions {
  /** The agent whose limits are meant; default the owner of the client's key. */
  readonly agentId?: string | undefined;
}

export interface UpdateRiskProfileInput extends RiskProfile {
  /** The agent whose limits are meant; default the owner of the client's key. */
  readonly agentId?: string | undefined;
}

export async function readRiskProfile(
  transport: Transport,
  { agentId }: GetRiskProfileOptions,
  options?: CallOptions,
): Promise<RiskProfile> {
  return agentId === undefined
    ? (await send(transport, getAccountInfo, {}, options)).riskProfile
    : send(transport, getRiskProfile, { agentId }, options);
}

export async function writeRiskProfile(
  transport: Transport,
  { agentId, ...limits }: UpdateRiskProfileInput,
  options?: CallOptions,
): Promise<RiskProfile> {
  return agentId === undefined
    ? send(transport, updateRiskProfile, limits, options)
    : send(transport, updateAgentRiskProfile, { ...limits, agentId }, options);
}

// The platform has one pair of endpoints for an agent's limits and another for those of the key itself.
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
  /** The agent; default the owner of the client's key. */
  readonly agentId?: string | undefined;
}

export interface UpdateRiskProfileInput extends RiskProfile {
  /** The agent; default the owner of the client's key. */
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

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

/** Whose risk limits: an agent's, or without `agentId` those of the client's own key. */
export interface RiskProfileOwner {
  readonly agentId?: string | undefined;
}

export async function readRiskProfile(
  transport: Transport,
  { agentId }: RiskProfileOwner,
  options?: CallOptions,
): Promise<RiskProfile> {
  return agentId === undefined
    ? (await send(transport, getAccountInfo, {}, options)).riskProfile
    : send(transport, getRiskProfile, { agentId }, options);
}

export async function writeRiskProfile(
  transport: Transport,
  { agentId, ...limits }: RiskProfile & RiskProfileOwner,
  options?: CallOptions,
): Promise<RiskProfile> {
  return agentId === undefined
    ? send(transport, updateRiskProfile, limits, options)
    : send(transport, updateAgentRiskProfile, { ...limits, agentId }, options);
}

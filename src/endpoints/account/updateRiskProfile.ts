import type * as v from "valibot";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, wholeNumber } from "../inputs/index.ts";
import { riskProfileRecord, type RiskProfile } from "./getRiskProfile.ts";

/** The platform requires all three. */
export const riskLimits: { readonly [Limit in keyof RiskProfile]: v.GenericSchema<number> } = {
  maxPositionSizePct: wholeNumber(1, 100),
  dailyLossLimitPct: wholeNumber(1, 100),
  maxOpenOrders: wholeNumber(1),
};

/** Sets the risk limits that apply to the key: its agent's, or those of its account. */
export const updateRiskProfile: Endpoint<RiskProfile, RiskProfile> = endpoint({
  name: "updateRiskProfile",
  method: "PUT",
  path: "/account/risk-profile",
  input: input(riskLimits),
  output: riskProfileRecord,
  access: "account",
  tier: "general",
});

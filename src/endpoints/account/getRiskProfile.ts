import { integer, record, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";

/** Risk limits that orders are checked against. */
export interface RiskProfile {
  /** Maximum share of the equity in one symbol, in percent, 1 to 100; default 25. */
  readonly maxPositionSizePct: number;
  /** Realized loss per UTC day at which trading stops, in percent of the starting balance, 1 to 100; default 20. */
  readonly dailyLossLimitPct: number;
  /** Maximum number of pending orders, at least 1; default 50. */
  readonly maxOpenOrders: number;
}

export const riskProfileRecord: Codec<RiskProfile> = record<RiskProfile>({
  maxPositionSizePct: integer,
  dailyLossLimitPct: integer,
  maxOpenOrders: integer,
});

/** Risk limits of an agent. */
export const getRiskProfile: Endpoint<{ agentId: string }, RiskProfile> = endpoint({
  name: "getRiskProfile",
  method: "GET",
  path: "/agents/{agentId}/risk-profile",
  input: input({ agentId: uuid }),
  output: riskProfileRecord,
  access: "account",
  tier: "general",
});

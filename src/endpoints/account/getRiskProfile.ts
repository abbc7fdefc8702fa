import { integer, record, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";

/** The limits that orders are checked against. */
export interface RiskProfile {
  /** Largest share of the equity in one pair, in percent, 1 to 100; 25 unless set. */
  readonly maxPositionSizePct: number;
  /** Realised loss of a UTC day at which trading stops, in percent of the starting balance, 1 to 100; 20 unless set. */
  readonly dailyLossLimitPct: number;
  /** Most pending orders at a time, at least 1; 50 unless set. */
  readonly maxOpenOrders: number;
}

export const riskProfileRecord: Codec<RiskProfile> = record<RiskProfile>({
  maxPositionSizePct: integer,
  dailyLossLimitPct: integer,
  maxOpenOrders: integer,
});

export const getRiskProfile: Endpoint<{ agentId: string }, RiskProfile> = endpoint({
  name: "getRiskProfile",
  method: "GET",
  path: "/agents/{agentId}/risk-profile",
  input: input({ agentId: uuid }),
  output: riskProfileRecord,
  access: "account",
  tier: "general",
});

import * as v from "valibot";
import { snakeCase } from "../../wire/index.ts";
import { input, numberWithin, optional, wholeNumber, type Schema } from "../inputs/index.ts";

/** Risk limits of one agent. If any limit is given, the omitted ones take their defaults, not the account's limits. */
export interface AgentRiskProfile {
  /** Maximum share of the equity in one symbol, in percent, 1 to 100; default 25. */
  readonly maxPositionSizePct?: number | undefined;
  /** Realized loss per UTC day at which trading stops, in percent of the starting balance, 1 to 100; default 20. */
  readonly dailyLossLimitPct?: number | undefined;
  /** Maximum number of pending orders, at least 1; default 50. */
  readonly maxOpenOrders?: number | undefined;
  /** Minimum value of an order, in USDT; default 1. */
  readonly minOrderSizeUsd?: number | undefined;
  /** Maximum value of an order, in percent of the equity, up to 100; default 50. */
  readonly maxOrderSizePct?: number | undefined;
  /** Maximum number of orders per minute, at least 1; default 100. */
  readonly orderRateLimit?: number | undefined;
}

/** The platform does not validate the risk profile, and invalid values break the account permanently. */
export const agentRiskProfile: Schema<AgentRiskProfile, Readonly<Record<string, unknown>>> = v.pipe(
  input({
    maxPositionSizePct: optional(wholeNumber(1, 100)),
    dailyLossLimitPct: optional(wholeNumber(1, 100)),
    maxOpenOrders: optional(wholeNumber(1)),
    minOrderSizeUsd: optional(numberWithin(0, Number.POSITIVE_INFINITY)),
    maxOrderSizePct: optional(numberWithin(0, 100)),
    orderRateLimit: optional(wholeNumber(1)),
  }),
  v.transform((limits) => Object.fromEntries(Object.entries(limits).map(([name, limit]) => [snakeCase(name), limit]))),
);

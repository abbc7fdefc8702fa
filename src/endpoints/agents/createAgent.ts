import * as v from "valibot";
import { decimal, record, snakeCase, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { amount, input, listOf, numberWithin, optional, string, wholeNumber, type Amount } from "../inputs/index.ts";

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

/** Arguments of `createAgent`. */
export interface CreateAgentInput {
  /** 1 to 100 characters. */
  readonly displayName: string;
  /** In USDT; default 10000. */
  readonly startingBalance?: Amount | undefined;
  /** Up to 100 characters. */
  readonly llmModel?: string | undefined;
  /** Up to 100 characters. */
  readonly framework?: string | undefined;
  /** Any words. */
  readonly strategyTags?: readonly string[] | undefined;
  /** Omitted limits take their defaults. */
  readonly riskProfile?: AgentRiskProfile | undefined;
  /** Up to 7 characters: `#rrggbb`. */
  readonly color?: string | undefined;
}

/** A new agent with its API key. */
export interface CreatedAgent {
  readonly agentId: string;
  /** Authenticates as this agent, without a secret. */
  readonly apiKey: string;
  readonly displayName: string;
  /** In USDT. */
  readonly startingBalance: Decimal;
  readonly message: string;
}

export const createdAgentRecord: Codec<CreatedAgent> = record<CreatedAgent>({
  agentId: text,
  apiKey: text,
  displayName: text,
  startingBalance: decimal,
  message: text,
});

/** The platform does not validate the risk profile, and invalid values break the account permanently. */
const riskProfile = v.pipe(
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

export const createAgent: Endpoint<CreateAgentInput, CreatedAgent> = endpoint({
  name: "createAgent",
  method: "POST",
  path: "/agents",
  input: input({
    displayName: string(1, 100),
    startingBalance: optional(amount),
    llmModel: optional(string(0, 100)),
    framework: optional(string(0, 100)),
    strategyTags: optional(listOf(string(0, 10_000), "strings", 0)),
    riskProfile: optional(riskProfile),
    color: optional(string(0, 7)),
  }),
  output: createdAgentRecord,
  access: "account",
  tier: "general",
});

import * as v from "valibot";
import { decimal, record, snakeCase, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { amount, input, listOf, numberWithin, optional, string, wholeNumber, type Amount } from "../inputs/index.ts";

/** Limits of one agent. Once any is given, those left out are the defaults, not the account's. */
export interface AgentRiskProfile {
  /** Largest share of the equity in one pair, in percent, 1 to 100; default 25. */
  readonly maxPositionSizePct?: number | undefined;
  /** Realised loss of a UTC day at which trading stops, in percent of the starting balance, 1 to 100; default 20. */
  readonly dailyLossLimitPct?: number | undefined;
  /** Most pending orders at a time, at least 1; default 50. */
  readonly maxOpenOrders?: number | undefined;
  /** Smallest value of an order, in USDT; default 1. */
  readonly minOrderSizeUsd?: number | undefined;
  /** Largest value of an order, in percent of the equity, up to 100; default 50. */
  readonly maxOrderSizePct?: number | undefined;
  /** Most orders a minute, at least 1; default 100. */
  readonly orderRateLimit?: number | undefined;
}

export interface CreateAgentInput {
  /** 1 to 100 characters. */
  readonly displayName: string;
  /** In USDT; default 10000. */
  readonly startingBalance?: Amount | undefined;
  /** Up to 100 characters. */
  readonly llmModel?: string | undefined;
  /** Up to 100 characters. */
  readonly framework?: string | undefined;
  readonly strategyTags?: readonly string[] | undefined;
  readonly riskProfile?: AgentRiskProfile | undefined;
  /** Up to 7 characters: `#rrggbb`. */
  readonly color?: string | undefined;
}

/** A new agent, with its key. */
export interface CreatedAgent {
  readonly agentId: string;
  /** Trades as this agent; it needs no secret. */
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

/** The platform stores it unchecked, and wrong values break the account for good. */
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

import { integer, list, record, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional, wholeNumber } from "../inputs/index.ts";
import { strategyRecord, type Strategy } from "./strategy.ts";

/** Options of `getStrategies`. */
export interface GetStrategiesOptions {
  /** Only strategies with this status; default all, including archived ones. */
  readonly status?: "draft" | "testing" | "validated" | "deployed" | "archived" | undefined;
  /** 1 to 100; default 50. */
  readonly limit?: number | undefined;
  /** Number of newest strategies to skip; default 0. */
  readonly offset?: number | undefined;
}

/** Response body of `getStrategies`. */
export interface StrategyPage {
  /** Newest first. */
  readonly strategies: readonly Strategy[];
  /** Number of matching strategies on all pages. */
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
}

export const strategyPageRecord: Codec<StrategyPage> = record<StrategyPage>({
  strategies: list(strategyRecord),
  total: integer,
  limit: integer,
  offset: integer,
});

export const getStrategies: Endpoint<GetStrategiesOptions, readonly Strategy[], StrategyPage> = endpoint({
  name: "getStrategies",
  method: "GET",
  path: "/strategies",
  input: input({
    status: optional(oneOf(["draft", "testing", "validated", "deployed", "archived"])),
    limit: optional(wholeNumber(1, 100)),
    offset: optional(wholeNumber(0)),
  }),
  output: strategyPageRecord,
  list: ({ strategies }) => strategies,
  access: "account",
  tier: "general",
});

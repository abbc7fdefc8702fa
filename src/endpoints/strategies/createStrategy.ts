import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, optional, string } from "../inputs/index.ts";
import type { StrategyDefinition } from "./definition.ts";
import { strategyDefinition } from "./definitionInput.ts";
import { strategyRecord, type Strategy } from "./strategy.ts";

/** Arguments of `createStrategy`. */
export interface CreateStrategyInput {
  /** 1 to 200 characters. */
  readonly name: string;
  /** The rules of its first version. */
  readonly definition: StrategyDefinition;
  /** Up to 2000 characters. */
  readonly description?: string | undefined;
}

export const createStrategy: Endpoint<CreateStrategyInput, Strategy> = endpoint({
  name: "createStrategy",
  method: "POST",
  path: "/strategies",
  input: input({ name: string(1, 200), description: optional(string(0, 2000)), definition: strategyDefinition }),
  output: strategyRecord,
  access: "account",
  tier: "general",
});

import * as v from "valibot";
import { endpoint, type Endpoint, type Params } from "../endpoint.ts";
import { input, optional, showCondition, string, uuid } from "../inputs/index.ts";
import { strategyRecord, type Strategy } from "./strategy.ts";

/** Omitted fields stay unchanged; at least one is required. The rules change with `createVersion`. */
export interface UpdateStrategyInput {
  /** 1 to 200 characters. */
  readonly name?: string | undefined;
  /** Up to 2000 characters; an empty string empties it. */
  readonly description?: string | undefined;
}

export const updateStrategy: Endpoint<UpdateStrategyInput & { strategyId: string }, Strategy> = endpoint({
  name: "updateStrategy",
  method: "PUT",
  path: "/strategies/{strategyId}",
  input: v.pipe(
    input({ strategyId: uuid, name: optional(string(1, 200)), description: optional(string(0, 2000)) }),
    v.check(
      ({ name, description }) => name !== undefined || description !== undefined,
      "expects at least one of name or description",
    ),
    showCondition({ minProperties: 2 }),
    v.transform((changes): Params => changes),
  ),
  output: strategyRecord,
  access: "account",
  tier: "general",
});

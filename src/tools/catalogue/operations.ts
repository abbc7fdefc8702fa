import type { Endpoint } from "../../endpoints/index.ts";
import { answerSchema, listSchema } from "../schema/answerSchema.ts";
import { exampleOf } from "../schema/example.ts";
import { inputSchema } from "../schema/inputSchema.ts";
import { texts } from "../texts.ts";
import type { OperationDescription } from "../types.ts";
import { endpointsByName } from "./endpoints.ts";

/**
 * An endpoint as data. Its input schema is made from the rules that validate its arguments, its answer schema from the
 * codec that decodes its response.
 */
export function operationOf(endpoint: Endpoint<unknown, unknown>): OperationDescription {
  const { name, input, output, effect, tier } = endpoint;
  const [description = "", argumentTexts = {}] = texts[name] ?? [];
  const schema = inputSchema(input, (path) => argumentTexts[path]);
  const body = answerSchema(output);
  return {
    name,
    description,
    inputSchema: schema,
    outputSchema: endpoint.list === undefined ? body : listSchema(body, (fields) => endpoint.list?.(fields)),
    example: exampleOf(schema),
    effect,
    tier,
  };
}

/**
 * Every endpoint of the platform as data, those that only handle credentials included.
 *
 * @example
 * ```ts
 * import { operations } from "agentexchange/tools";
 *
 * const orders = operations.filter(({ effect }) => effect === "order");
 * console.log(orders.map(({ name }) => name));
 * ```
 */
export const operations: readonly OperationDescription[] = /* @__PURE__ */ [...endpointsByName.values()].map(
  operationOf,
);

const byName: ReadonlyMap<string, OperationDescription> = /* @__PURE__ */ new Map(
  operations.map((one) => [one.name, one] as const),
);

/**
 * The operation with a name; undefined for an unknown one.
 *
 * @example
 * ```ts
 * import { operation } from "agentexchange/tools";
 *
 * console.log(operation("getCandles")?.inputSchema);
 * ```
 */
export function operation(name: string): OperationDescription | undefined {
  return byName.get(name);
}

import type { JsonObject, JsonValue } from "../json.ts";
import type { OperationDescription } from "../types.ts";
import { placesOrder } from "./plannedOrder.ts";

/** The name of the tool with which a model previews its orders. */
export const PREVIEW_TOOL = "previewOrder";

/**
 * The tool that previews orders: it takes the arguments of the tool that would place the order, and its name. Undefined if
 * none of the operations places an order.
 */
export function previewTool(operations: readonly OperationDescription[]): OperationDescription | undefined {
  const orders = operations.filter(({ name }) => placesOrder(name));
  const [first] = orders;
  if (first === undefined) return undefined;
  const tool = { type: "string", enum: orders.map(({ name }) => name), description: "The tool that would place it." };
  const properties: Record<string, JsonValue> = { tool };
  for (const { inputSchema } of orders) Object.assign(properties, inputSchema["properties"]);
  const isRequired = (name: string): boolean => name === "tool" || orders.every((one) => requires(one, name));
  return {
    name: PREVIEW_TOOL,
    description:
      "What an order would do now: price, fee, slippage, what is left, and which limit is nearest. Nothing is placed.",
    inputSchema: {
      type: "object",
      properties,
      required: Object.keys(properties).filter(isRequired),
      additionalProperties: false,
    },
    outputSchema: { type: "object" },
    example: { tool: first.name, ...first.example },
    effect: "read",
    tier: first.tier,
  };
}

function requires({ inputSchema: { required } }: OperationDescription, name: string): boolean {
  return Array.isArray(required) && required.includes(name);
}

/** The tool that an input of {@link previewTool} names, and the input for it. */
export function splitPreview(input: unknown): { readonly tool: JsonValue | undefined; readonly order: unknown } {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return { tool: undefined, order: input };
  const { tool, ...order } = input as JsonObject;
  return { tool, order };
}

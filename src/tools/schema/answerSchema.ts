import type { AnyCodec, Shape } from "../../wire/index.ts";
import { SECRET_FIELDS } from "../catalogue/secrets.ts";
import type { JsonSchema } from "../json.ts";
import { orNull } from "./inputSchema.ts";

const SCALARS: Readonly<Record<Extract<Shape, string>, JsonSchema>> = {
  string: { type: "string" },
  decimal: { type: "string", pattern: "^-?\\d+(\\.\\d+)?$" },
  time: { type: "string", format: "date-time" },
  number: { type: "number" },
  integer: { type: "integer" },
  boolean: { type: "boolean" },
  json: {},
  object: { type: "object" },
  nothing: { type: "null" },
};

/** The JSON Schema of what a codec decodes, as plain JSON. */
export function answerSchema({ shape }: AnyCodec): JsonSchema {
  if (typeof shape === "string") return SCALARS[shape];
  if ("shape" in shape) return answerSchema(shape);
  if ("members" in shape) return { type: "string", enum: shape.members };
  if ("list" in shape) return { type: "array", items: answerSchema(shape.list) };
  if ("map" in shape) return { type: "object", additionalProperties: answerSchema(shape.map) };
  if ("nullable" in shape) return orNull(answerSchema(shape.nullable));
  if ("all" in shape) return merge(shape.all.map(answerSchema));
  const fields = shape.fields.filter(({ name, hidden }) => hidden !== true && !SECRET_FIELDS.has(name));
  return {
    type: "object",
    properties: Object.fromEntries(fields.map(({ name, codec }) => [name, answerSchema(codec)])),
    required: fields.map(({ name }) => name),
  };
}

/** An object with the fields of all. */
function merge(schemas: readonly JsonSchema[]): JsonSchema {
  return {
    type: "object",
    properties: Object.assign({}, ...schemas.map(({ properties }) => properties)) as JsonSchema,
    required: schemas.flatMap(({ required }) => required as readonly string[]),
  };
}

/**
 * The schema of the list that an endpoint takes out of its body. The endpoint's own function takes it out of the schemas of
 * the body's fields: `({ orders }) => orders`, or `Object.values` of a map.
 */
export function listSchema(body: JsonSchema, list: (body: never) => unknown): JsonSchema {
  const properties = body["properties"] as Readonly<Record<string, JsonSchema>>;
  const taken = list(properties as never);
  for (const schema of Object.values(properties)) {
    if (taken === schema) return schema;
    const item = schema["additionalProperties"];
    if (Array.isArray(taken) && typeof item === "object" && taken.includes(item)) return { type: "array", items: item };
  }
  throw new TypeError("The list of an endpoint is not a field of its body.");
}

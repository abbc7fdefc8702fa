import type { JsonObject, JsonSchema, JsonValue } from "../json.ts";

/** Keywords that OpenAI accepts in strict mode and that are no schemas themselves. All others are left out. */
const KEPT = [
  "$ref",
  "const",
  "description",
  "enum",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "maximum",
  "maxItems",
  "minimum",
  "minItems",
  "multipleOf",
  "title",
  "type",
];

const FORMATS: ReadonlySet<unknown> = /* @__PURE__ */ new Set([
  "date",
  "date-time",
  "duration",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "time",
  "uuid",
]);

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);

/**
 * A schema for OpenAI's strict mode: every object is closed, all its properties are required, and those that were
 * optional may be null, which the toolbox reads as left out. Null if that cannot express the schema, for example because
 * an object may have any properties.
 */
export function toStrictSchema(schema: JsonValue | undefined): JsonSchema | null {
  if (!isObject(schema)) return null;
  const result: Record<string, JsonValue> = {};
  for (const key of KEPT) {
    const value = schema[key];
    if (value !== undefined) result[key] = value;
  }
  const { pattern, format } = schema;
  // OpenAI's patterns have no lookaround.
  if (typeof pattern === "string" && !/\(\?<?[=!]/.test(pattern)) result["pattern"] = pattern;
  if (format !== undefined && FORMATS.has(format)) result["format"] = format;
  const nested = [toStrictObject(schema), toStrictItems(schema), toStrictUnion(schema), toStrictDefinitions(schema)];
  const complete = nested.filter((part) => part !== null);
  if (complete.length < nested.length || "allOf" in schema || "prefixItems" in schema) return null;
  Object.assign(result, ...complete);
  return withType(result);
}

const accepts = (schema: JsonObject, type: string): boolean =>
  schema["type"] === type || (isList(schema["type"]) && schema["type"].includes(type));

function toStrictObject(schema: JsonObject): JsonObject | null {
  const { properties = {}, required = [], additionalProperties } = schema;
  if (!accepts(schema, "object")) return "properties" in schema ? null : {};
  if (additionalProperties !== false || "patternProperties" in schema || !isObject(properties)) return null;
  const strict = toStrictEntries(properties, (name) => isList(required) && required.includes(name));
  return strict && { properties: strict, required: Object.keys(strict), additionalProperties: false };
}

function toStrictEntries(entries: JsonObject, isRequired: (name: string) => boolean): JsonObject | null {
  const result: Record<string, JsonValue> = {};
  for (const [name, entry] of Object.entries(entries)) {
    const strict = toStrictSchema(entry);
    if (strict === null) return null;
    result[name] = isRequired(name) || acceptsNull(strict) ? strict : { anyOf: [strict, { type: "null" }] };
  }
  return result;
}

function acceptsNull(schema: JsonObject): boolean {
  const { anyOf } = schema;
  return accepts(schema, "null") || (isList(anyOf) && anyOf.some((branch) => isObject(branch) && acceptsNull(branch)));
}

function toStrictItems(schema: JsonObject): JsonObject | null {
  if (!accepts(schema, "array")) return {};
  const items = toStrictSchema(schema["items"]);
  return items && { items };
}

function toStrictUnion({ anyOf, oneOf }: JsonObject): JsonObject | null {
  const branches = anyOf ?? oneOf;
  if (branches === undefined) return {};
  if (!isList(branches) || (anyOf !== undefined && oneOf !== undefined)) return null;
  const strict = branches.map(toStrictSchema).filter((branch) => branch !== null);
  return strict.length === branches.length ? { anyOf: strict } : null;
}

function toStrictDefinitions({ $defs }: JsonObject): JsonObject | null {
  if ($defs === undefined) return {};
  const strict = isObject($defs) ? toStrictEntries($defs, () => true) : null;
  return strict && { $defs: strict };
}

/** OpenAI requires a type. Null for a schema that accepts anything. */
function withType(schema: JsonObject): JsonSchema | null {
  if ("type" in schema || "anyOf" in schema || "$ref" in schema) return schema;
  const { enum: values = "const" in schema ? [schema["const"] ?? null] : [] } = schema;
  const types = isList(values) ? [...new Set(values.map(typeOf))] : [];
  if (types.length === 0) return null;
  return { ...schema, type: types.length === 1 ? (types[0] ?? null) : types };
}

const typeOf = (value: JsonValue): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

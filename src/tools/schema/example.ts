import type { JsonObject, JsonSchema, JsonValue } from "../json.ts";

/** Examples of arguments whose schema does not suggest a good one. */
const EXAMPLES: Readonly<Record<string, JsonValue>> = {
  symbol: "BTCUSDT",
  pairs: ["BTCUSDT"],
  quantity: "0.01",
  price: "60000",
  triggerPrice: "57000",
  startingBalance: "10000",
  startTime: "2026-11-01T00:00:00Z",
  endTime: "2026-11-02T00:00:00Z",
  start: "2026-10-01T00:00:00Z",
  end: "2026-11-01T00:00:00Z",
  displayName: "Kestrel",
  name: "RSI dip",
  url: "https://example.com/hooks",
  email: "kestrel@example.com",
  returns: [0.01, -0.005, 0.007, 0.002, -0.003, 0.011, 0.004, -0.006, 0.009, 0.001],
};

/** Arguments that a schema accepts: the required ones, and one more where it requires at least one of the others. */
export function exampleOf(schema: JsonSchema): JsonObject {
  const properties = schema["properties"] as Readonly<Record<string, JsonSchema>>;
  const required = (schema["required"] ?? []) as readonly string[];
  const min = typeof schema["minProperties"] === "number" ? schema["minProperties"] : 0;
  const others = Object.keys(properties).filter((name) => !required.includes(name));
  const names = [...required, ...others.slice(0, Math.max(0, min - required.length))];
  return Object.fromEntries(names.map((name) => [name, exampleValue(name, properties[name] ?? {})]));
}

function exampleValue(name: string, schema: JsonSchema): JsonValue {
  const known = EXAMPLES[name];
  if (known !== undefined) return known;
  const { type, enum: members, minimum, format } = schema;
  if (Array.isArray(members)) return members[0] as JsonValue;
  if (type === "object") return schema["properties"] === undefined ? {} : exampleOf(schema);
  if (type === "array") {
    const length = Math.max(1, Number(schema["minItems"] ?? 1));
    const item = exampleValue("", schema["items"] as JsonSchema);
    return Array.from({ length }, () => item);
  }
  if (type === "boolean") return true;
  if (type === "integer" || type === "number") return typeof minimum === "number" ? minimum : 1;
  return format === "uuid" ? "9f0c6d5a-2b67-4b0b-9d55-5f6f0a1f7c33" : "1";
}

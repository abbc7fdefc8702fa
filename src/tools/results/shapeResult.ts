import { Decimal, plainText } from "../../wire/index.ts";
import type { JsonValue } from "../json.ts";
import { FREE_JSON, PLATFORM_NAME, PLATFORM_RESULTS, PLATFORM_TEXT, PLATFORM_TEXTS, SECRETS } from "./fields.ts";
import { cutToSize } from "./cutToSize.ts";
import type { ShapedResult, ShapeOptions } from "./shaped.ts";
import { markJson, markText } from "./untrusted.ts";

/** Default maximum size of a result. */
const MAX_BYTES = 8192;

/**
 * The result of a method as plain JSON for a model: decimals and times are strings, secrets are left out, texts that people
 * wrote are in envelopes (`{ untrusted: "..." }`), and long lists are cut.
 *
 * @param name the method, such as `getOrders`
 */
export function shapeResult(name: string, value: unknown, options: ShapeOptions = {}): ShapedResult {
  const data = shape(value, PLATFORM_RESULTS.has(name) ? "id" : "");
  return cutToSize(data, options.maxBytes ?? MAX_BYTES, options);
}

/** @param field the name of the field that has the value, or of the list's that it is in */
function shape(value: unknown, field: string): JsonValue {
  if (typeof value === "string")
    return PLATFORM_TEXTS.has(field) && PLATFORM_TEXT.test(value) ? value : markText(value);
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return null;
  if (Decimal.isDecimal(value)) return value.isZero() ? "0" : plainText(value);
  if (value instanceof Date) return value.toISOString();
  if (FREE_JSON.has(field) && !("maxPositionSizePct" in value)) return markJson(toJson(value));
  if (Array.isArray(value)) return value.map((item: unknown) => shape(item, field));
  // Secrets are mostly not enumerable.
  const fields = Object.entries(value).filter(
    ([name, item]) => item !== undefined && typeof item !== "function" && !SECRETS.has(name),
  );
  // Names that no record of the platform has.
  if (!fields.every(([name]) => PLATFORM_NAME.test(name))) return markJson(toJson(value));
  return Object.fromEntries(fields.map(([name, item]) => [name, shape(item, name)]));
}

function toJson(value: object): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}

import { Decimal, plainText } from "../../wire/index.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { operation } from "../catalogue/operations.ts";
import { SECRET_FIELDS } from "../catalogue/secrets.ts";
import { OWN_TEXTS, PLATFORM_NAME, PLATFORM_RESULTS, PLATFORM_TEXT, PLATFORM_TEXTS } from "./fields.ts";
import { cutToSize } from "./cutToSize.ts";
import { freeFieldsOf } from "./freeFields.ts";
import type { ShapedResult, ShapeOptions } from "./shaped.ts";
import { markJson, markText } from "./untrusted.ts";

/** Default maximum size of a result. */
const MAX_BYTES = 8192;

/**
 * The result of a method as plain JSON for a model: decimals and times are strings, secrets are left out, texts that people
 * wrote are in envelopes (`{ untrusted: "..." }`), and long lists are cut.
 *
 * @param name the method, such as `getTradeHistory`
 */
export function shapeResult(name: string, value: unknown, options: ShapeOptions = {}): ShapedResult {
  const data = shape(value, PLATFORM_RESULTS.has(name) ? "id" : "", freeFieldsOf(name));
  const { input = null, maxBytes = MAX_BYTES } = options;
  return cutToSize(data, maxBytes, { input: isObject(input) ? input : {}, takes: () => argumentsOf(name) });
}

function argumentsOf(name: string): readonly string[] {
  return Object.keys(operation(name)?.inputSchema["properties"] ?? {});
}

/** @param field the name of the field that has the value, or of the list's that it is in */
function shape(value: unknown, field: string, free: ReadonlySet<string>): JsonValue {
  if (typeof value === "string") {
    const isPlatform = PLATFORM_TEXTS.has(field) && PLATFORM_TEXT.test(value);
    return isPlatform || OWN_TEXTS.has(field) ? value : markText(value);
  }
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return null;
  if (Decimal.isDecimal(value)) return value.isZero() ? "0" : plainText(value);
  if (value instanceof Date) return value.toISOString();
  if (free.has(field)) return markJson(toJson(value));
  if (Array.isArray(value)) return value.map((item: unknown) => shape(item, field, free));
  // Secrets are mostly not enumerable.
  const fields = Object.entries(value).filter(
    ([name, item]) => item !== undefined && typeof item !== "function" && !SECRET_FIELDS.has(name),
  );
  // Names that no record of the platform has.
  if (!fields.every(([name]) => PLATFORM_NAME.test(name))) return markJson(toJson(value));
  return Object.fromEntries(fields.map(([name, item]) => [name, shape(item, name, free)]));
}

function toJson(value: object): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

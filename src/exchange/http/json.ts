import { Float } from "../../wire/index.ts";

/** JSON as the platform writes it: like `JSON.stringify`, but with floating-point numbers as Python prints them. */
export function stringifyJson(value: unknown): string {
  Float.wasSerialized = false;
  const text = JSON.stringify(value);
  // Most replies have no such numbers; the built-in writer is faster.
  return Float.wasSerialized ? (stringifyFloats(value) ?? "null") : text;
}

function stringifyFloats(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (value instanceof Float) return formatFloat(value.valueOf());
  if (Array.isArray(value)) return `[${value.map((item) => stringifyFloats(item) ?? "null").join(",")}]`;
  const fields: string[] = [];
  for (const [key, field] of Object.entries(value)) {
    const text = stringifyFloats(field);
    if (text !== undefined) fields.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${fields.join(",")}}`;
}

/** `2.0`, `0.5`, `1e-07`, `1e+16`. */
function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return "null";
  const size = Math.abs(value);
  if (size === 0) return "0.0";
  if (size >= 1e-4 && size < 1e16) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  return `${digits}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, "0")}`;
}

import { Float } from "../../wire/index.ts";

/** JSON as the platform writes it: like `JSON.stringify`, but floating-point numbers as Python prints them. */
export function jsonText(value: unknown): string {
  Float.met = false;
  const text = JSON.stringify(value);
  // Answers without such numbers, which are most, stay with the fast writer.
  return Float.met ? (written(value) ?? "null") : text;
}

function written(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (value instanceof Float) return floatText(value.valueOf());
  if (Array.isArray(value)) return `[${value.map((item) => written(item) ?? "null").join(",")}]`;
  const fields: string[] = [];
  for (const [key, field] of Object.entries(value)) {
    const text = written(field);
    if (text !== undefined) fields.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${fields.join(",")}}`;
}

/** `2.0`, `0.5`, `1e-07`, `1e+16`. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return "null";
  const size = Math.abs(value);
  if (size === 0) return "0.0";
  if (size < 1e-4 || size >= 1e16) {
    const [digits, exponent] = value.toExponential().split("e") as [string, string];
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

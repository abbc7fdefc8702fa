import type { JsonValue } from "../json.ts";

/**
 * Serializes a value so that equal values give equal strings: without spaces, and with the keys of objects sorted by their
 * UTF-16 code units, as RFC 8785 does. Undefined fields are left out.
 *
 * @throws TypeError for a value that JSON cannot express, such as NaN or a function
 * @example
 * ```ts
 * import { canonicalJson } from "agentexchange/tools";
 *
 * console.log(canonicalJson({ side: "buy", quantity: "0.01" })); // {"quantity":"0.01","side":"buy"}
 * ```
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (Number.isFinite(value)) return JSON.stringify(value);
    throw new TypeError(`JSON cannot express the number ${value}.`);
  }
  if (typeof value !== "object") throw new TypeError(`JSON cannot express a ${typeof value}.`);
  if (isList(value)) return `[${value.map((item) => canonicalJson(item)).join(",")}]`;
  let fields = "";
  for (const name of Object.keys(value).toSorted()) {
    const field = value[name];
    if (field !== undefined) fields += `${fields === "" ? "" : ","}${JSON.stringify(name)}:${canonicalJson(field)}`;
  }
  return `{${fields}}`;
}

/** `Array.isArray` does not narrow readonly arrays. */
function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

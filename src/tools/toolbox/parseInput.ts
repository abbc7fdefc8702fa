import { validate, type Endpoint, type Params } from "../../endpoints/index.ts";
import { ValidationError } from "../../errors/index.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { ToolError } from "../types.ts";
import { formHint } from "./formHint.ts";
import { toolError } from "./failure.ts";

/** Input that a tool accepts. */
export interface ValidInput {
  /** The same for inputs that mean the same: decimals as strings, symbols in upper case. */
  readonly input: JsonObject;
  readonly params: Params;
  readonly error?: undefined;
}

/** A tool's input, or why it is not valid. */
export type Parsed = ValidInput | { readonly input: JsonValue; readonly error: ToolError };

/**
 * Reads input as models write it: null counts as left out, numbers may be texts, and texts numbers. Everything else is
 * checked by the endpoint's own rules.
 */
export function parseInput(endpoint: Endpoint<unknown, unknown>, given: unknown): Parsed {
  let plain: JsonValue;
  try {
    plain = toJson(given ?? {}, 0);
  } catch (problem) {
    return { input: null, error: invalidInput(endpoint.name, problem instanceof Error ? problem.message : "", {}) };
  }
  if (!isObject(plain)) {
    const message = `${endpoint.name}: the input must be an object with its arguments.`;
    return { input: plain, error: invalidInput(endpoint.name, message, {}) };
  }
  const first = check(endpoint, plain);
  if (!(first instanceof ValidationError)) return accepted(plain, first);
  // A number that was written as a text where the rules want a number.
  const converted = convertNumbers(plain, first);
  const second = converted === undefined ? first : check(endpoint, converted);
  if (converted !== undefined && !(second instanceof ValidationError)) return accepted(converted, second);
  return { input: plain, error: describe(endpoint.name, plain, first) };
}

function check(endpoint: Endpoint<unknown, unknown>, input: JsonObject): Params | ValidationError {
  try {
    return validate(endpoint, input);
  } catch (error) {
    if (error instanceof ValidationError) return error;
    throw error;
  }
}

/** Params have the form in which arguments are sent, in which different notations of one value are equal. */
function accepted(plain: JsonObject, params: Params): Parsed {
  const input: Record<string, JsonValue> = {};
  for (const name in plain) {
    const value = plain[name] as JsonValue;
    const sent = params[name === "triggerPrice" ? "price" : name];
    const isScalar = typeof value === "string" || typeof value === "number";
    input[name] = isScalar && typeof sent === "string" ? sent : value;
  }
  if (typeof input["symbol"] === "string") input["symbol"] = input["symbol"].toUpperCase();
  return { input, params };
}

const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?$/;

function convertNumbers(plain: JsonObject, { issues }: ValidationError): JsonObject | undefined {
  let converted: Record<string, JsonValue> | undefined;
  for (const { field } of issues) {
    const value = plain[field];
    if (typeof value !== "string" || !NUMBER.test(value.trim())) continue;
    converted ??= { ...plain };
    converted[field] = Number(value);
  }
  return converted;
}

function describe(name: string, input: JsonObject, error: ValidationError): ToolError {
  const issues = error.issues.map(({ field, message }) => {
    const hint = formHint(field, input[field]);
    const text = forModels(message);
    return { field: shorten(field, 60), message: shorten(hint === undefined ? text : `${text}; ${hint}`, 400) };
  });
  const shown = issues.slice(0, 8);
  const text = shown.map(({ field, message }) => `${field} ${message}`.trim()).join("; ");
  return invalidInput(name, `${name}: ${text}.`, { issues: shown });
}

function invalidInput(name: string, message: string, details: JsonObject): ToolError {
  return toolError(
    "INVALID_INPUT",
    message === "" ? `${name}: the input is not valid.` : message,
    "Correct the arguments as the message says, and call the tool again with a new call ID.",
    { details },
  );
}

/** Models write JSON, so they have no decimals but strings. */
function forModels(message: string): string {
  return message.replace(", a Decimal or a number", " or a number").replace(" or a Decimal", "");
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

const MAX_DEPTH = 40;

/** A copy as plain JSON, without nulls in objects. Later changes of the caller's object have no effect on it. */
function toJson(value: unknown, depth: number): JsonValue {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "number") {
    if (Number.isFinite(value)) return value;
    throw new TypeError(`The input contains ${value}. Numbers must be finite.`);
  }
  if (depth > MAX_DEPTH) throw new TypeError(`The input is nested more than ${MAX_DEPTH} levels deep.`);
  if (typeof value !== "object") throw new TypeError(`The input contains a ${typeof value}. It must be plain JSON.`);
  if (Array.isArray(value)) return value.map((item) => toJson(item ?? null, depth + 1));
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === "function") return toJson((toJSON as () => unknown).call(value), depth + 1);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined && field !== null);
  return Object.fromEntries(fields.map(([name, field]) => [name, toJson(field, depth + 1)]));
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

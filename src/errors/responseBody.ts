import type { Redact } from "./redact.ts";
import type { ValidationIssue } from "./request.ts";

/** The parsed body of a failed response. */
export interface ErrorBody {
  /** Absent if the body has none of the platform's shapes. */
  readonly code?: string;
  readonly message?: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly issues: readonly ValidationIssue[];
  /** Whether the body was the framework's list of validation errors. */
  readonly isList?: boolean;
  /** The kind of body, for responses without a message. */
  readonly kind: string;
}

const EMPTY = { details: {}, issues: [] };

/**
 * Reads the platform's three shapes of error bodies (its own envelope, the framework's list of validation errors, the
 * framework's plain string) and classifies all others.
 */
export function readBody(text: string, redact: Redact): ErrorBody {
  if (text.trim() === "") return { ...EMPTY, kind: "an empty body" };
  let body: unknown;
  try {
    // Before fields are renamed to camelCase, which could disguise a secret.
    body = redact(JSON.parse(text) as unknown);
  } catch {
    return { ...EMPTY, kind: /^\s*</.test(text) ? "an HTML page" : "a body that is not JSON" };
  }
  if (!isObject(body)) return { ...EMPTY, kind: "JSON of an unknown shape" };
  const { error, detail } = body;
  if (isObject(error) && typeof error["code"] === "string") {
    const details = isObject(error["details"]) ? (removeInput(error["details"]) as Record<string, unknown>) : {};
    const message =
      typeof error["message"] === "string" && error["message"] !== ""
        ? error["message"]
        : `The platform reported ${error["code"]}.`;
    return { code: error["code"], message, details, issues: platformIssues(details, message), kind: "an error" };
  }
  if (Array.isArray(detail)) {
    const issues = detail.filter(isObject).map((item) => toIssue(item, 1));
    return {
      ...EMPTY,
      code: "VALIDATION_ERROR",
      message: "The platform rejected the request.",
      issues,
      isList: true,
      kind: "a list of validation errors",
    };
  }
  if (typeof detail === "string") return { ...EMPTY, message: detail, kind: "a plain string" };
  return { ...EMPTY, kind: "JSON of an unknown shape" };
}

function platformIssues(details: Readonly<Record<string, unknown>>, message: string): readonly ValidationIssue[] {
  if (Array.isArray(details["errors"])) return details["errors"].filter(isObject).map((item) => toIssue(item, 0));
  return typeof details["field"] === "string" ? [{ field: camelCase(details["field"]), message }] : [];
}

/** Converts a validation error. Its `input` repeats the request, secrets included, and is ignored. */
function toIssue(item: Readonly<Record<string, unknown>>, skip: number): ValidationIssue {
  // For invalid JSON the location is a character offset, not a field.
  const path = Array.isArray(item["loc"]) && item["type"] !== "json_invalid" ? item["loc"].slice(skip) : [];
  return {
    field: path.map((step) => camelCase(String(step))).join("."),
    message: typeof item["msg"] === "string" ? renameFields(item["msg"]) : "is not accepted",
  };
}

/** A copy without the keys that repeat the request. */
function removeInput(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(removeInput);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (key === "input" ? [] : [[key, removeInput(item)]])),
  );
}

/** `Value error, end_time must be after start_time` becomes `endTime must be after startTime`. */
function renameFields(message: string): string {
  return message
    .replace(/^Value error, /, "")
    .replace(/'[^']*'|\b[a-z]+(?:_[a-z]+)+\b/g, (word) => (word.startsWith("'") ? word : camelCase(word)));
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

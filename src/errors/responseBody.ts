import type { Redact } from "./redact.ts";
import type { ValidationIssue } from "./request.ts";

/** What the body of a failed answer says, whatever its shape. */
export interface ErrorBody {
  /** Absent when the body is none of the platform's shapes. */
  readonly code?: string;
  readonly message?: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly issues: readonly ValidationIssue[];
  /** Whether it was the framework's list of rule failures. */
  readonly isList?: boolean;
  /** What kind of body it was, for a message that has nothing better to say. */
  readonly kind: string;
}

const NOTHING = { details: {}, issues: [] };

/**
 * Reads the three shapes that the platform answers with (its own envelope, the framework's list of
 * rule failures, the framework's plain text) and tells other bodies apart.
 */
export function readBody(text: string, redact: Redact): ErrorBody {
  if (text.trim() === "") return { ...NOTHING, kind: "an empty body" };
  let body: unknown;
  try {
    // Before names of fields become ours, which would disguise a secret among them.
    body = redact(JSON.parse(text) as unknown);
  } catch {
    return { ...NOTHING, kind: /^\s*</.test(text) ? "an HTML page" : "a body that is not JSON" };
  }
  if (!isObject(body)) return { ...NOTHING, kind: "JSON of an unknown shape" };
  const { error, detail } = body;
  if (isObject(error) && typeof error["code"] === "string") {
    const details = isObject(error["details"]) ? (withoutInput(error["details"]) as Record<string, unknown>) : {};
    const message =
      typeof error["message"] === "string" && error["message"] !== ""
        ? error["message"]
        : `The platform answered ${error["code"]}.`;
    return { code: error["code"], message, details, issues: platformIssues(details, message), kind: "an error" };
  }
  if (Array.isArray(detail)) {
    const issues = detail.filter(isObject).map((item) => toIssue(item, 1));
    return {
      ...NOTHING,
      code: "VALIDATION_ERROR",
      message: "The platform refused the request.",
      issues,
      isList: true,
      kind: "a list of rule failures",
    };
  }
  if (typeof detail === "string") return { ...NOTHING, message: detail, kind: "a plain text" };
  return { ...NOTHING, kind: "JSON of an unknown shape" };
}

function platformIssues(details: Readonly<Record<string, unknown>>, message: string): readonly ValidationIssue[] {
  if (Array.isArray(details["errors"])) return details["errors"].filter(isObject).map((item) => toIssue(item, 0));
  return typeof details["field"] === "string" ? [{ field: camelCase(details["field"]), message }] : [];
}

/** One rule failure. Its `input` repeats the request, secrets included, and is not looked at. */
function toIssue(item: Readonly<Record<string, unknown>>, skip: number): ValidationIssue {
  // For broken JSON the place is a number of characters, not a field.
  const path = Array.isArray(item["loc"]) && item["type"] !== "json_invalid" ? item["loc"].slice(skip) : [];
  return {
    field: path.map((step) => camelCase(String(step))).join("."),
    message: typeof item["msg"] === "string" ? inOurNames(item["msg"]) : "is not accepted",
  };
}

/** A copy without the keys that echo what was sent. */
function withoutInput(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutInput);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (key === "input" ? [] : [[key, withoutInput(item)]])),
  );
}

/** `Value error, end_time must be after start_time`, with the names that arguments have here. */
function inOurNames(message: string): string {
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

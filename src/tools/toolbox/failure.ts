import type { JsonObject } from "../json.ts";
import type { ToolError } from "../types.ts";

/** A reason not to go on with a call, thrown inside the toolbox and returned as a result. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly error: ToolError;

  constructor(error: ToolError) {
    super(error.message);
    this.error = error;
  }
}

/** An error of the toolbox itself, as data. */
export function toolError(
  code: string,
  message: string,
  nextStep: string,
  more: { readonly retryable?: boolean; readonly details?: JsonObject } = {},
): ToolError {
  const { retryable = false, details } = more;
  return { code, message, retryable, nextStep, ...(details === undefined ? {} : { details }) };
}

export function closedError(): ToolError {
  return toolError("TOOLBOX_CLOSED", "The toolbox has been closed; nothing was sent.", "Use another toolbox.");
}

/** Results with these codes are no outcome: the same call can come again and go on. */
const OPEN_CODES: ReadonlySet<string> = new Set([
  "APPROVAL_REQUIRED",
  "CALL_IN_PROGRESS",
  "JOURNAL_FAILED",
  "ORDER_OUTCOME_UNKNOWN",
  "OUTCOME_UNKNOWN",
  "TOOLBOX_CLOSED",
]);

export function isOutcome(error: ToolError): boolean {
  return !OPEN_CODES.has(error.code);
}

import { toPlain } from "../../client/index.ts";
import { isAgentExchangeError, type AgentExchangeError } from "../../errors/index.ts";
import { SECRET_FIELDS } from "../catalogue/secrets.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { ToolError } from "../types.ts";
import { cutToSize } from "../results/cutToSize.ts";
import type { Paging } from "../results/shaped.ts";
import { cleanJson, cleanText } from "../results/untrusted.ts";
import { nextSteps } from "./texts.ts";
import { toolErrorTexts } from "./toolErrorTexts.ts";

/** Fields of errors that a result has elsewhere, or that help nobody but the program. */
const OTHER_FIELDS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "name",
  "message",
  "code",
  "status",
  "details",
  "retryable",
  "attempts",
  "hint",
  "cause",
  "record",
]);

/** The platform's texts can be of any length. */
const MAX_MESSAGE = 1000;
/** In bytes. */
const MAX_DETAILS = 2500;
const NO_PAGING: Paging = { input: {}, takes: () => [] };

/**
 * A failure as data for an agent: no stack, no cause, no credentials. Errors that are not the package's are reported without
 * their message, which nobody has checked for secrets.
 *
 * @example
 * ```ts
 * import { toToolError } from "agentexchange/tools";
 *
 * const { code, nextStep } = toToolError(error);
 * console.log(code, nextStep);
 * ```
 */
export function toToolError(error: unknown): ToolError {
  if (!isAgentExchangeError(error)) return describe(isAbort(error) ? "ABORTED" : "TOOL_FAILED");
  const { code, hint, retryable, status } = error;
  const message = hint !== null && error.message.endsWith(hint) ? error.message.slice(0, -hint.length) : error.message;
  const details = detailsOf(error);
  // The client's own hints are for programmers, except that for a misspelt argument.
  const isForAgents = status !== null || code === "VALIDATION_ERROR";
  return {
    code,
    message: shorten(cleanText(message.trim())),
    retryable,
    nextStep: shorten((isForAgents ? hint : null) ?? nextStepOf(code, retryable)),
    ...(Object.keys(details).length > 0 && { details }),
  };
}

/** One of the errors that tools have beside those of the client. */
function describe(code: string): ToolError {
  const [, message = "", retryable = false, nextStep = ""] = toolErrorTexts.find(([each]) => each === code) ?? [];
  return { code, message, retryable, nextStep };
}

function nextStepOf(code: string, retryable: boolean): string {
  return nextSteps[code] ?? (retryable ? "Repeat the call later." : "Do not repeat the call unchanged.");
}

/** The reason of an aborted signal, unless the caller chose its own. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}

/** What the error's class adds, such as the invalid fields, and the platform's details. */
function detailsOf(error: AgentExchangeError): JsonObject {
  const known = Object.entries({ ...error.details, ...error.toJSON() }).filter(
    ([name, value]) => value !== null && !OTHER_FIELDS.has(name) && !SECRET_FIELDS.has(name),
  );
  const { data } = cutToSize(cleanJson(toPlain(Object.fromEntries(known)) as JsonValue), MAX_DETAILS, NO_PAGING);
  return (data ?? {}) as JsonObject;
}

function shorten(text: string): string {
  return text.length <= MAX_MESSAGE ? text : `${text.slice(0, MAX_MESSAGE)}…`;
}

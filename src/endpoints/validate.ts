import * as v from "valibot";
import { ValidationError, type ValidationIssue } from "../errors/index.ts";
import { suggestion } from "../wire/index.ts";
import type { Endpoint, Params } from "./endpoint.ts";

/** The arguments in their wire form. A {@link ValidationError} lists every invalid argument. */
export function validate<Input>(endpoint: Endpoint<Input, unknown>, input: Input): Params {
  const result = v.safeParse(endpoint.input, input, { abortPipeEarly: true });
  if (result.success) return result.output;
  throw invalid(
    endpoint.name,
    result.issues.map((issue) => ({ field: v.getDotPath(issue) ?? "", message: issue.message })),
    "entries" in endpoint.input ? Object.keys(endpoint.input.entries ?? {}) : [],
  );
}

/** The error for invalid arguments. For a field that is not `known`, its hint suggests the most similar known one. */
export function invalid(
  name: string,
  issues: readonly ValidationIssue[],
  known: readonly string[] = [],
): ValidationError {
  const unknown = issues.filter(({ field }) => !known.includes(field));
  const hint = unknown.map(({ field }) => suggestion(field, known)).find((text) => text !== undefined);
  const text = issues.map(({ field, message }) => `${field} ${message}`.trim()).join("; ");
  return new ValidationError(`${name}: ${text}.`, {
    code: "VALIDATION_ERROR",
    issues,
    ...(hint === undefined ? {} : { hint }),
  });
}

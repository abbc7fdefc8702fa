import * as v from "valibot";
import { ValidationError, type ValidationIssue } from "../errors/index.ts";
import type { Endpoint, Params } from "./endpoint.ts";

/** The arguments as they go out; {@link ValidationError} says what is wrong with them, all at once. */
export function validate<Input>(endpoint: Endpoint<Input, unknown>, input: Input): Params {
  const result = v.safeParse(endpoint.input, input, { abortPipeEarly: true });
  if (result.success) return result.output;
  throw invalid(
    endpoint.name,
    result.issues.map((issue) => ({ field: v.getDotPath(issue) ?? "", message: issue.message })),
  );
}

/** The same error for what no schema covers. */
export function invalid(name: string, issues: readonly ValidationIssue[]): ValidationError {
  const text = issues.map(({ field, message }) => `${field} ${message}`.trim()).join("; ");
  return new ValidationError(`${name}: ${text}.`, { code: "VALIDATION_ERROR", issues });
}

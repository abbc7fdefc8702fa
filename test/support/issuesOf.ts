import { validate, type Endpoint } from "../../src/endpoints/index.ts";
import { ValidationError, type ValidationIssue } from "../../src/errors/index.ts";

/** The issues of a call's input; empty if it is valid. */
export function issuesOf(endpoint: Endpoint<unknown, unknown>, input: unknown): readonly ValidationIssue[] {
  try {
    validate(endpoint, input);
    return [];
  } catch (error) {
    if (error instanceof ValidationError) return error.issues;
    throw error;
  }
}

import { validate, type Endpoint } from "../../src/endpoints/index.ts";
import { ValidationError, type ValidationIssue } from "../../src/errors/index.ts";

/** What is wrong with the arguments of a call; nothing when they are good. */
export function issuesOf(endpoint: Endpoint<unknown, unknown>, input: unknown): readonly ValidationIssue[] {
  try {
    validate(endpoint, input);
    return [];
  } catch (error) {
    if (error instanceof ValidationError) return error.issues;
    throw error;
  }
}

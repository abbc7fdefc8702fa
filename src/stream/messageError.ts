import { ResponseError } from "../errors/index.ts";
import { DecodeError } from "../wire/index.ts";

/** The error for a message that could not be decoded. Errors that do not come from decoding stay as they are. */
export function messageError(problem: unknown): unknown {
  if (!(problem instanceof DecodeError)) return problem;
  const field = problem.path.length === 0 ? "the message" : problem.path.join(".");
  return new ResponseError(`Unexpected stream message: ${field}: ${problem.message}.`, {
    code: "UNEXPECTED_MESSAGE",
    path: problem.path,
  });
}

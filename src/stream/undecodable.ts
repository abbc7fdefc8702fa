import { ResponseError } from "../errors/index.ts";
import { DecodeError } from "../wire/index.ts";

/** The error of a message that is not what the platform declares. */
export function undecodable(problem: unknown): unknown {
  if (!(problem instanceof DecodeError)) return problem;
  const where = problem.path.length === 0 ? "the message" : problem.path.join(".");
  return new ResponseError(`${where} in a message of the stream: ${problem.message}.`, {
    code: "UNEXPECTED_MESSAGE",
    path: problem.path,
  });
}

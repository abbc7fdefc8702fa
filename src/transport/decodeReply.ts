import type { PlacedOrder } from "../endpoints/index.ts";
import { ResponseError } from "../errors/index.ts";
import { DecodeError } from "../wire/index.ts";
import type { CompleteReply } from "./fetchReply.ts";
import { failedOrUnclear, type Outcome } from "./outcome.ts";
import { createCallRedactor, isRepeatable, type RequestState } from "./requestState.ts";

/** Decodes the body of a successful response. The order in it becomes the submission's. */
export function decodeReply(state: RequestState, reply: CompleteReply): Outcome {
  const { status, body } = reply;
  const { endpoint, deadline, order } = state;
  const { attempts } = deadline;
  const repeatable = isRepeatable(endpoint.effect);
  let json: unknown;
  try {
    json = endpoint.textBody === true ? readText(reply) : body === "" ? undefined : JSON.parse(body);
  } catch {
    const message = `${endpoint.name}: the response body is not valid JSON; it may have been truncated.`;
    const error = new ResponseError(message, { code: "BROKEN_BODY", status, attempts, retryable: repeatable });
    return failedOrUnclear(repeatable, error, "retry");
  }
  let value: unknown;
  try {
    value = endpoint.output.decode(json);
  } catch (problem) {
    if (!(problem instanceof DecodeError)) throw problem;
    const where = problem.path.length === 0 ? "" : `${problem.path.join(".")}: `;
    const message = createCallRedactor(state)(`${endpoint.name}: unexpected response: ${where}${problem.message}.`);
    const error = new ResponseError(message, {
      code: "UNEXPECTED_ANSWER",
      status,
      attempts,
      path: problem.path,
      hint: "Check that baseUrl is an AgentExchange platform and that this package is up to date.",
    });
    // The next response would have the same shape.
    return failedOrUnclear(repeatable, error, "none");
  }
  if (order === undefined) return { kind: "done", value };
  const mismatch = order.tracker.claim(order.submission, value as PlacedOrder);
  if (mismatch === undefined) return { kind: "done", value };
  const error = new ResponseError(`${endpoint.name}: ${mismatch}.`, {
    code: "ANSWER_TO_ANOTHER_ORDER",
    status,
    attempts,
  });
  return { kind: "unclear", reason: error };
}

/** The body if it is text or Markdown; undefined for anything else, such as the HTML page of a proxy. */
function readText(reply: CompleteReply): string | undefined {
  return /^text\/(?:plain|markdown)\s*(?:;|$)/i.test(reply.header("content-type") ?? "") ? reply.body : undefined;
}

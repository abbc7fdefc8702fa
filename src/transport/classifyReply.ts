import { fromResponse, NotFoundError, ResponseError, type AgentExchangeError } from "../errors/index.ts";
import { decodeReply } from "./decodeReply.ts";
import type { CompleteReply, Reply } from "./fetchReply.ts";
import { networkError } from "./networkError.ts";
import { isFinalForKey, isRejection } from "./orderResponse.ts";
import { failedOrUnclear, type Outcome, type Recovery } from "./outcome.ts";
import { createCallRedactor, isRepeatable, type RequestState } from "./requestState.ts";

/** Decides what a response means for its call. */
export function classifyReply(state: RequestState, reply: Reply): Outcome {
  const outcome = isComplete(reply) ? classifyComplete(state, reply) : classifyTooLarge(state, reply);
  // An earlier attempt may have been executed. Only the response to its idempotency key says whether it was.
  return state.isUnclear === true && outcome.kind === "failed" && !isFinalForKey(reply)
    ? { kind: "unclear", reason: outcome.error }
    : outcome;
}

/** Decides what a failed fetch means for its call. */
export function classifyNetworkFailure(state: RequestState, problem: unknown): Outcome {
  const { config, endpoint, deadline } = state;
  if (deadline.over()) {
    // The reason comes before the problem, so that the caller's abort rejects with the caller's own reason.
    const reason = deadline.reason();
    return endpoint.effect === "order" ? { kind: "unclear", reason } : { kind: "ended", reason };
  }
  const isHarmless = isRepeatable(endpoint.effect);
  const { error, neverSent } = networkError(problem, {
    name: endpoint.name,
    origin: config.origin,
    attempts: deadline.attempts,
    repeatable: isHarmless,
    redact: createCallRedactor(state),
  });
  return failedOrUnclear(isHarmless || (neverSent && state.isUnclear !== true), error, "retry");
}

function isComplete(reply: Reply): reply is CompleteReply {
  return reply.body !== null;
}

/** Another attempt would get the same response, so none is made. */
function classifyTooLarge({ config, endpoint, deadline }: RequestState, { status }: Reply): Outcome {
  const error = new ResponseError(
    `${endpoint.name}: the response body is larger than ${config.maxResponseBytes} bytes; the rest was not read.`,
    {
      code: "RESPONSE_TOO_LARGE",
      status,
      attempts: deadline.attempts,
      hint: "Request fewer entries, or raise the client option maxResponseBytes.",
    },
  );
  return failedOrUnclear(isRepeatable(endpoint.effect), error, "none");
}

function classifyComplete(state: RequestState, reply: CompleteReply): Outcome {
  const { endpoint } = state;
  const { status } = reply;
  const mayBeError = endpoint.success?.includes(status) === true;
  if ((status >= 200 && status < 300) || mayBeError) {
    const decoded = decodeReply(state, reply);
    if (decoded.kind === "done" || !mayBeError) return decoded;
  }
  const error = readError(state, reply);
  const failed = (recovery: Recovery): Outcome => ({ kind: "failed", error, recovery });
  if (status === 401 && isSignedWithWrongTime(state)) return failed("re-sign");
  if (status === 401 && error.code === "INVALID_TOKEN") return failed("reauthenticate");
  if (status === 429) return failed("retry");
  if (status === 503 && error.code === "PRICE_NOT_AVAILABLE") return failed("retry");
  if (isAgentMissing(error) && endpoint.access === "agent") {
    const { effectiveAgent } = state;
    if (effectiveAgent !== undefined)
      return { kind: "failed", error: unknownAgent(endpoint.name, effectiveAgent, error), recovery: "none" };
    if (state.session.agents.foundAgent !== null) return failed("resolve-agent");
  }
  const isHarmless = isRepeatable(endpoint.effect);
  const isNotExecuted = isRejection(status) || (endpoint.effect !== "order" && status < 500 && status !== 408);
  return failedOrUnclear(isHarmless || isNotExecuted, error, isHarmless && error.retryable ? "retry" : "none");
}

function readError(state: RequestState, reply: CompleteReply): AgentExchangeError {
  const { endpoint, params, deadline, session } = state;
  const { symbol, side } = params as Readonly<Record<string, string | undefined>>;
  return fromResponse(reply, {
    name: endpoint.name,
    attempts: deadline.attempts,
    symbol,
    side,
    repeatable: isRepeatable(endpoint.effect),
    now: session.serverTime.now(),
    redact: createCallRedactor(state),
  });
}

/** Whether the signature was rejected for its timestamp, and a better one is known now. A 401 is never executed. */
function isSignedWithWrongTime({ session, signedWithOffset, isSignedAgain }: RequestState): boolean {
  // The header `Date` has whole seconds, so a smaller difference proves nothing.
  return (
    signedWithOffset !== undefined &&
    isSignedAgain !== true &&
    Math.abs(session.serverTime.at(0) - signedWithOffset) > 1000
  );
}

/** Whether the platform failed because no agent was named. It then stores nothing; other failures can come after it has. */
function isAgentMissing({ code, status, message }: AgentExchangeError): boolean {
  return status === 500 && code === "DATABASE_ERROR" && message.includes("agent_id");
}

/** The platform ignores an agent id that it does not know, and then fails because no agent is named. */
function unknownAgent(name: string, agentId: string, { status, attempts }: AgentExchangeError): NotFoundError {
  return new NotFoundError(`${name}: this account has no agent ${agentId}; nothing was stored.`, {
    code: "AGENT_NOT_FOUND",
    status: status ?? undefined,
    attempts,
    details: { agent_id: agentId },
    hint: "getAgents() lists the account's agents.",
  });
}

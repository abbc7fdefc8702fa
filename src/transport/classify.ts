import type { Effect, Endpoint, Params, PlacedOrder, WireRequest } from "../endpoints/index.ts";
import {
  fromResponse,
  NotFoundError,
  ResponseError,
  type AgentExchangeError,
  type RateLimitError,
  type Redact,
} from "../errors/index.ts";
import { DecodeError } from "../wire/index.ts";
import type { Reply, WholeReply } from "./attempt.ts";
import type { Header } from "./credentials.ts";
import type { Deadline } from "./deadline.ts";
import { claimAnswer, isFinalForKey, isRefusal } from "./orderAnswer.ts";
import type { Slot } from "./limiter.ts";
import { networkError } from "./networkError.ts";
import type { Submission } from "./submissions.ts";
import type { Transport } from "./transport.ts";

/** What became of one request. */
export type Outcome =
  | { readonly kind: "done"; readonly value: unknown }
  /** Not executed, by what the answer says, or harmless to repeat; `cure` is what another try needs. */
  | {
      readonly kind: "failed";
      readonly error: AgentExchangeError;
      readonly cure: "time" | "login" | "agent" | "clock" | "none";
    }
  /** It may have been executed, and must not be executed twice; `reason` is an error, or the caller's own for giving up. */
  | { readonly kind: "unclear"; readonly reason: unknown }
  /** The call came to its end before: by its time-out, the caller's abort or the client's close. */
  | { readonly kind: "ended"; readonly reason: unknown };

/** One call on its way. */
export interface Trip {
  readonly endpoint: Endpoint<never, unknown>;
  readonly params: Params;
  readonly request: WireRequest;
  readonly deadline: Deadline;
  /** Of an order. */
  readonly submission: Submission | undefined;
  /** The agent that the caller named; null and undefined for none. */
  readonly agentId: string | null | undefined;
  /** Whether an earlier request of this call may have been executed; it is repeated by its idempotency key only. */
  isUnclear: boolean;
  /** `clock.elapsed()` when it began to wait for its next request. */
  waitingSince: number;
  credential: Header | undefined;
  signature: string | undefined;
  /** What the platform's clock was thought to be when it was signed: `server.at(0)`. */
  signedBy: number | undefined;
  /** Whether it was signed again after the platform's clock turned out to be another. */
  signedAnew: boolean;
}

export function isRepeatable(effect: Effect): boolean {
  return effect === "read" || effect === "cancel";
}

/** Without an agent the platform stores nothing and says so by a failure of its own; others may come after the deed. */
function lacksAgent({ code, status, message }: AgentExchangeError): boolean {
  return status === 500 && code === "DATABASE_ERROR" && message.includes("agent_id");
}

/** The platform ignores an agent id that it does not know, and then lacks an agent. */
function unknownAgent(name: string, agentId: string, { status, attempts }: AgentExchangeError): NotFoundError {
  return new NotFoundError(`${name}: this account has no agent ${agentId}; nothing was stored.`, {
    code: "AGENT_NOT_FOUND",
    status: status ?? undefined,
    attempts,
    details: { agent_id: agentId },
    hint: "getAgents() lists the account's agents.",
  });
}

/** Whether a refused signature was of the wrong time, and the right one is known now. A 401 was never executed. */
function signedByWrongClock({ server }: Transport, { signedBy, signedAnew }: Trip): boolean {
  // `Date` tells whole seconds, so a smaller difference is no news.
  return signedBy !== undefined && !signedAnew && Math.abs(server.at(0) - signedBy) > 1000;
}

/** Removes from what came back whatever was sent in confidence. */
function redactorOf(transport: Transport, { params, signature }: Trip): Redact {
  const { apiKey, apiSecret, password } = params as Readonly<Record<string, string | undefined>>;
  return transport.redactor([apiKey, apiSecret, password, signature]);
}

/** What an answer means for the call. */
export function classify(
  transport: Transport,
  trip: Trip,
  reply: Reply,
  slot: Slot,
  agentId: string | undefined,
): Outcome {
  const outcome = classifyOnce(transport, trip, reply, slot, agentId);
  // An earlier request of the call may have been executed: only the answer to its key tells.
  return trip.isUnclear && outcome.kind === "failed" && !isFinalForKey(reply)
    ? { kind: "unclear", reason: outcome.error }
    : outcome;
}

function classifyOnce(
  transport: Transport,
  trip: Trip,
  reply: Reply,
  slot: Slot,
  agentId: string | undefined,
): Outcome {
  const { endpoint, params, deadline } = trip;
  const repeatable = isRepeatable(endpoint.effect);
  if (!isWhole(reply)) return tooLarge(transport, trip, reply);
  if ((reply.status >= 200 && reply.status < 300) || endpoint.success?.includes(reply.status)) {
    const decoded = decode(transport, trip, reply);
    if (decoded.kind === "done" || !endpoint.success?.includes(reply.status)) return decoded;
  }
  const error = fromResponse(reply, {
    name: endpoint.name,
    attempts: deadline.attempts,
    symbol: params["symbol"] as string | undefined,
    side: params["side"] as string | undefined,
    repeatable,
    now: transport.server.now(),
    redact: redactorOf(transport, trip),
  });
  const { code } = error;
  if (reply.status === 401 && signedByWrongClock(transport, trip)) return { kind: "failed", error, cure: "clock" };
  if (reply.status === 401 && code === "INVALID_TOKEN") return { kind: "failed", error, cure: "login" };
  if (reply.status === 429) {
    slot.pause(((error as Partial<RateLimitError>).retryAfter ?? 1) * 1000);
    return { kind: "failed", error, cure: "time" };
  }
  if (reply.status === 503 && code === "PRICE_NOT_AVAILABLE") return { kind: "failed", error, cure: "time" };
  if (lacksAgent(error) && endpoint.access === "agent") {
    if (agentId !== undefined)
      return { kind: "failed", error: unknownAgent(endpoint.name, agentId, error), cure: "none" };
    if (transport.acting.foundAgent !== null) return { kind: "failed", error, cure: "agent" };
  }
  if (isRefusal(reply.status) || (endpoint.effect !== "order" && reply.status < 500 && reply.status !== 408))
    return { kind: "failed", error, cure: repeatable && error.retryable ? "time" : "none" };
  return repeatable
    ? { kind: "failed", error, cure: error.retryable ? "time" : "none" }
    : { kind: "unclear", reason: error };
}

function isWhole(reply: Reply): reply is WholeReply {
  return reply.body !== null;
}

/** The same answer would come again, so nothing is repeated. */
function tooLarge({ maxResponseBytes }: Transport, { endpoint, deadline }: Trip, { status }: Reply): Outcome {
  const error = new ResponseError(
    `${endpoint.name}: the response body is larger than ${maxResponseBytes} bytes; the rest was not read.`,
    {
      code: "RESPONSE_TOO_LARGE",
      status,
      attempts: deadline.attempts,
      hint: "Request fewer entries, or raise the client option maxResponseBytes.",
    },
  );
  return isRepeatable(endpoint.effect) ? { kind: "failed", error, cure: "none" } : { kind: "unclear", reason: error };
}

/** The answer's value; a body that is cut off may come whole the next time, one of another kind will not. */
function decode(transport: Transport, trip: Trip, { status, body }: WholeReply): Outcome {
  const { endpoint, deadline, submission } = trip;
  const repeatable = isRepeatable(endpoint.effect);
  let json: unknown;
  try {
    json = body === "" ? undefined : JSON.parse(body);
  } catch {
    const error = new ResponseError(`${endpoint.name}: the answer's body is no JSON, or was cut off.`, {
      code: "BROKEN_BODY",
      status,
      attempts: deadline.attempts,
      retryable: repeatable,
    });
    return repeatable ? { kind: "failed", error, cure: "time" } : { kind: "unclear", reason: error };
  }
  try {
    const value = endpoint.output.decode(json);
    const mismatch =
      submission === undefined ? undefined : claimAnswer(transport.submissions, submission, value as PlacedOrder);
    if (mismatch === undefined) return { kind: "done", value };
    const error = new ResponseError(`${endpoint.name}: ${mismatch}.`, {
      code: "ANSWER_TO_ANOTHER_ORDER",
      status,
      attempts: deadline.attempts,
    });
    return { kind: "unclear", reason: error };
  } catch (problem) {
    if (!(problem instanceof DecodeError)) throw problem;
    const where = problem.path.length === 0 ? "the body" : problem.path.join(".");
    const error = new ResponseError(
      redactorOf(transport, trip)(`${endpoint.name}: ${where} in the answer: ${problem.message}.`),
      {
        code: "UNEXPECTED_ANSWER",
        status,
        attempts: deadline.attempts,
        path: problem.path,
        hint: "Is baseUrl an AgentExchange platform, and this package up to date?",
      },
    );
    return repeatable ? { kind: "failed", error, cure: "none" } : { kind: "unclear", reason: error };
  }
}

/** What it means that no answer came. */
export function lost(transport: Transport, trip: Trip, problem: unknown): Outcome {
  const { endpoint, deadline } = trip;
  const repeatable = isRepeatable(endpoint.effect);
  if (deadline.over()) {
    // Not the problem, which may be a failure of the same moment: the caller's own abort has the caller's own reason.
    const reason = deadline.reason();
    return endpoint.effect === "order" ? { kind: "unclear", reason } : { kind: "ended", reason };
  }
  const { error, neverSent } = networkError(
    problem,
    endpoint.name,
    transport.origin,
    deadline.attempts,
    repeatable,
    redactorOf(transport, trip),
  );
  const mayRepeat = repeatable || (neverSent && !trip.isUnclear);
  return mayRepeat ? { kind: "failed", error, cure: "time" } : { kind: "unclear", reason: error };
}

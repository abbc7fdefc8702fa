import {
  toWireRequest,
  validate,
  type Effect,
  type Endpoint,
  type Params,
  type Tier,
  type WireRequest,
} from "../endpoints/index.ts";
import {
  fromResponse,
  isAgentExchangeError,
  ResponseError,
  ValidationError,
  type AgentExchangeError,
  type RateLimitError,
  type Redact,
} from "../errors/index.ts";
import { DecodeError } from "../wire/index.ts";
import { attempt, type Reply, type WholeReply } from "./attempt.ts";
import { checkCallOptions, checkHeader } from "./checkOptions.ts";
import type { Header } from "./credentials.ts";
import { closedError, startDeadline, type Deadline } from "./deadline.ts";
import { isLimited, type Slot } from "./limiter.ts";
import { answerHeaders } from "./limitHeaders.ts";
import { networkError } from "./networkError.ts";
import { watchRequest } from "./observers.ts";
import type { CallOptions } from "./options.ts";
import { outcomeUnknown, type Placement } from "./placements.ts";
import { delayBefore } from "./retry.ts";
import type { Transport } from "./transport.ts";

/** What became of one request. */
type Outcome =
  | { readonly kind: "done"; readonly value: unknown }
  /** Certainly not executed, or harmless to repeat; `cure` is what another try needs. */
  | {
      readonly kind: "failed";
      readonly error: AgentExchangeError;
      readonly cure: "time" | "login" | "agent" | "clock" | "none";
    }
  /** It may have been executed, and must not be executed twice. */
  | { readonly kind: "unclear"; readonly error: AgentExchangeError }
  /** The call came to its end before: by its time-out, the caller's abort or the client's close. */
  | { readonly kind: "ended"; readonly reason: unknown };

/** One call on its way. */
interface Trip {
  readonly endpoint: Endpoint<never, unknown>;
  readonly params: Params;
  readonly request: WireRequest;
  readonly deadline: Deadline;
  readonly placement: Placement | undefined;
  readonly agentId: string | undefined;
  /** `clock.elapsed()` when it began to wait for its next request. */
  waitingSince: number;
  credential: Header | undefined;
  signature: string | undefined;
  /** What the platform's clock was thought to be when it was signed: `server.at(0)`. */
  signedBy: number | undefined;
  /** Whether it was signed again after the platform's clock turned out to be another. */
  signedAnew: boolean;
}

/**
 * The way of a call, the whole policy in one place: 1 validate, 2 deadline, then for every try 3 limiter,
 * 4 credentials, 5 attempt, 6 classify, 7 decode; and another try where that is safe and can help.
 */
export async function call<Input, Output>(
  transport: Transport,
  endpoint: Endpoint<Input, Output>,
  input: Input,
  options: CallOptions = {},
): Promise<Output> {
  if (transport.closed) throw closedError(endpoint.name);
  checkCallOptions(endpoint.name, options);
  const params = validate(endpoint, input);
  const request = toWireRequest(endpoint, params);
  const { clock } = transport;
  const deadline = startDeadline({
    name: endpoint.name,
    repeatable: isRepeatable(endpoint.effect),
    clock,
    timeout: options.timeout ?? transport.timeout,
    signal: options.signal,
    running: transport.running,
  });
  const trip: Trip = {
    endpoint: endpoint as Endpoint<never, unknown>,
    params,
    request,
    deadline,
    placement: endpoint.effect === "order" ? transport.placements.begin(params) : undefined,
    agentId: options.agentId ?? transport.agentId,
    waitingSince: clock.elapsed(),
    credential: undefined,
    signature: undefined,
    signedBy: undefined,
    signedAnew: false,
  };
  let tries = 0;
  let renewed = false;
  try {
    for (;;) {
      const outcome = await send(transport, trip);
      if (outcome.kind === "done") return outcome.value as Output;
      if (outcome.kind === "ended") throw outcome.reason;
      const { error } = outcome;
      if (outcome.kind === "unclear") throw unclear(transport, trip, error);
      trip.waitingSince = clock.elapsed();
      if (outcome.cure === "clock") {
        trip.signedAnew = true;
      } else if (
        outcome.cure === "login" &&
        !renewed &&
        trip.credential !== undefined &&
        transport.credentials.renew(trip.credential)
      ) {
        renewed = true;
      } else if (outcome.cure === "agent") {
        deadline.phase = "looking up the agent";
        if (!(await agentFound(transport, trip))) throw unclear(transport, trip, error);
      } else {
        const delay = outcome.cure === "time" ? delayBefore(++tries, transport, endpoint.tier, error) : Infinity;
        if (delay >= deadline.remaining()) throw error;
        deadline.phase = "waiting to try again";
        if (delay > 0) await deadline.sleep(delay);
      }
    }
  } finally {
    deadline.dispose();
    trip.placement?.end();
  }
}

/** The error of a request that may have been executed. */
function unclear(transport: Transport, { endpoint, placement }: Trip, error: AgentExchangeError): AgentExchangeError {
  return placement === undefined ? error : outcomeUnknown(transport, endpoint.name, placement, error);
}

/** Whether it was the lack of an agent that made the platform fail, and there is one now. */
async function agentFound(transport: Transport, { deadline }: Trip): Promise<boolean> {
  try {
    await transport.findAgent(deadline);
  } catch (problem) {
    // No agent, or several: so it was for the lack of one, and nothing was stored.
    if ((problem instanceof ValidationError && problem.status === null) || deadline.aborted()) throw problem;
    return false;
  }
  return transport.foundAgent !== null;
}

/** One try. What is thrown here ends the call, and nothing was sent. */
async function send(transport: Transport, trip: Trip): Promise<Outcome> {
  const { endpoint, request, deadline, placement } = trip;
  const { clock } = transport;
  deadline.phase = "waiting for the rate limit";
  const turn = transport.limiter.take(endpoint.tier, endpoint.effect, deadline);
  const slot = turn instanceof Promise ? await turn : turn;
  const before = deadline.attempts;
  try {
    const agentId = endpoint.access === "agent" ? (trip.agentId ?? transport.foundAgent ?? undefined) : trip.agentId;
    const headers = await requestHeaders(transport, trip, agentId);
    deadline.phase = "waiting for the answer";
    deadline.attempts++;
    const over = watchRequest(transport, endpoint.name, request, deadline.attempts, trip.waitingSince);
    if (deadline.over()) throw deadline.reason(); // an observer can abort, too
    const sent = clock.elapsed();
    placement?.sent(sent, agentId);
    let status: number | null = null;
    const outcome = await deadline
      .race(attempt(transport.fetch, transport.origin, request, headers, deadline, transport.maxResponseBytes))
      .then(
        (reply) => {
          status = reply.status;
          learnLimits(transport, endpoint.tier, slot, reply, sent);
          return classify(transport, trip, reply, slot, agentId);
        },
        (problem: unknown) => lost(transport, trip, problem),
      );
    over?.(status, codeOf(outcome));
    if (outcome.kind === "done") placement?.acknowledged(outcome.value);
    return outcome;
  } finally {
    if (deadline.attempts === before) slot.giveBack();
    else slot.settle();
  }
}

/** The headers of one try: fresh each time, since tokens end and signatures are for one moment. */
async function requestHeaders(
  transport: Transport,
  trip: Trip,
  agentId: string | undefined,
): Promise<Record<string, string>> {
  const { endpoint, request, deadline } = trip;
  const headers: Record<string, string> = {};
  if (request.body !== undefined) headers["Content-Type"] = "application/json";
  if (transport.traceId !== undefined)
    headers["X-Trace-Id"] = checkHeader(endpoint.name, "traceId", transport.traceId());
  if (endpoint.access !== "public") {
    deadline.phase = "logging in";
    trip.credential = await transport.credentials.header(deadline);
    headers[trip.credential[0]] = trip.credential[1];
    if (agentId !== undefined) headers["X-Agent-Id"] = agentId;
  }
  if (transport.sign !== undefined) {
    trip.signedBy = transport.server.at(0);
    const signed = await deadline.race(transport.sign(request));
    trip.signature = signed["X-Signature"];
    Object.assign(headers, signed);
  }
  return headers;
}

/** What observers are told of an outcome: the code of its error, null for a success. */
function codeOf(outcome: Outcome): string | null {
  if (outcome.kind === "done") return null;
  const error = outcome.kind === "ended" ? outcome.reason : outcome.error;
  return isAgentExchangeError(error) ? error.code : "ABORTED";
}

function isRepeatable(effect: Effect): boolean {
  return effect === "read" || effect === "cancel";
}

/** Without an agent the platform stores nothing and says so by a failure of its own; others may come after the deed. */
function lacksAgent({ code, message }: AgentExchangeError): boolean {
  return code === "DATABASE_ERROR" && message.includes("agent_id");
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
function classify(transport: Transport, trip: Trip, reply: Reply, slot: Slot, agentId: string | undefined): Outcome {
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
  if (code === "INVALID_TOKEN") return { kind: "failed", error, cure: "login" };
  if (reply.status === 429) {
    slot.pause(((error as Partial<RateLimitError>).retryAfter ?? 1) * 1000);
    return { kind: "failed", error, cure: "time" };
  }
  if (code === "PRICE_NOT_AVAILABLE") return { kind: "failed", error, cure: "time" };
  if (lacksAgent(error) && endpoint.access === "agent" && agentId === undefined && transport.foundAgent !== null) {
    return { kind: "failed", error, cure: "agent" };
  }
  // 408 comes from proxies that waited for the platform in vain.
  if (reply.status < 500 && reply.status !== 408)
    return { kind: "failed", error, cure: repeatable && error.retryable ? "time" : "none" };
  return repeatable ? { kind: "failed", error, cure: error.retryable ? "time" : "none" } : { kind: "unclear", error };
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
  return isRepeatable(endpoint.effect) ? { kind: "failed", error, cure: "none" } : { kind: "unclear", error };
}

/** The answer's value; a body that is cut off may come whole the next time, one of another kind will not. */
function decode(transport: Transport, trip: Trip, { status, body }: WholeReply): Outcome {
  const { endpoint, deadline } = trip;
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
    return repeatable ? { kind: "failed", error, cure: "time" } : { kind: "unclear", error };
  }
  try {
    return { kind: "done", value: endpoint.output.decode(json) };
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
    return repeatable ? { kind: "failed", error, cure: "none" } : { kind: "unclear", error };
  }
}

/** What it means that no answer came. */
function lost(transport: Transport, trip: Trip, problem: unknown): Outcome {
  const { endpoint, deadline } = trip;
  const repeatable = isRepeatable(endpoint.effect);
  if (deadline.over()) {
    // Not the problem, which may be a failure of the same moment: the caller's own abort has the caller's own reason.
    const reason = deadline.reason();
    if (deadline.aborted() || endpoint.effect !== "order") return { kind: "ended", reason };
    return { kind: "unclear", error: reason as AgentExchangeError };
  }
  const { error, neverSent } = networkError(
    problem,
    endpoint.name,
    transport.origin,
    deadline.attempts,
    repeatable,
    redactorOf(transport, trip),
  );
  return repeatable || neverSent ? { kind: "failed", error, cure: "time" } : { kind: "unclear", error };
}

/** What the answer's headers tell about the budget and the platform's clock. */
function learnLimits(transport: Transport, tier: Tier, slot: Slot, reply: Reply, sent: number): void {
  const { server, clock, sign } = transport;
  if (!isLimited(tier) && sign === undefined) return; // the platform tells such calls nothing
  const headers = answerHeaders((name) => reply.header(name), server.now());
  server.observe(headers, sent, clock.elapsed());
  slot.settle(headers);
}

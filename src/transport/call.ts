import { toWireRequest, validate, type Endpoint, type OrderType, type Params, type Tier } from "../endpoints/index.ts";
import { isAgentExchangeError, ValidationError } from "../errors/index.ts";
import { actingAgent } from "./actingAgent.ts";
import { attempt, type Reply } from "./attempt.ts";
import { canonicalAgentId, checkCallOptions, checkHeader } from "./checkOptions.ts";
import { classify, isRepeatable, lost, type Outcome, type Trip } from "./classify.ts";
import { startDeadline } from "./deadline.ts";
import { randomId } from "./intents.ts";
import { isLimited, type Slot } from "./limiter.ts";
import { answerHeaders } from "./limitHeaders.ts";
import { watchRequest } from "./observers.ts";
import type { CallOptions } from "./options.ts";
import { REPLAYED_HEADER } from "./orderAnswer.ts";
import { OrderOutcomeUnknownError } from "./orderOutcomeUnknown.ts";
import { delayBefore } from "./retry.ts";
import { matchKeyOf, type Submission } from "./submissions.ts";
import type { Transport } from "./transport.ts";

/** Options of a call that the client makes for itself, too: `agentId: null` names none, whatever the client's is. */
type Options = Omit<CallOptions, "agentId"> & { readonly agentId?: string | null | undefined };

/**
 * The way of a call, the whole policy in one place: 1 validate, 2 deadline, then for every try 3 agent, 4 limiter,
 * 5 credentials, 6 attempt, 7 classify and decode; and another try where that is safe and can help.
 */
export async function call<Input, Output>(
  transport: Transport,
  endpoint: Endpoint<Input, Output, unknown>,
  input: Input,
  options: Options = {},
): Promise<Output> {
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
    submission: endpoint.effect === "order" ? submissionOf(transport, params) : undefined,
    agentId: options.agentId === undefined ? transport.agentId : canonicalAgentId(options.agentId),
    isUnclear: false,
    waitingSince: clock.elapsed(),
    credential: undefined,
    signature: undefined,
    signedBy: undefined,
    signedAnew: false,
  };
  try {
    const work = tries(transport, trip);
    const body = await (trip.submission === undefined ? work : order(transport, trip, trip.submission, work));
    return endpoint.list === undefined ? (body as Output) : endpoint.list(body);
  } finally {
    deadline.dispose();
  }
}

/** Sends a request until there is an outcome. What it throws of an order is final unless `trip.isUnclear`. */
async function tries(transport: Transport, trip: Trip): Promise<unknown> {
  const { endpoint, deadline, submission } = trip;
  const { clock } = transport;
  let count = 0;
  let renewed = false;
  for (;;) {
    const outcome = await send(transport, trip);
    if (outcome.kind === "done") return outcome.value;
    if (outcome.kind === "ended") throw outcome.reason;
    trip.waitingSince = clock.elapsed();
    if (outcome.kind === "unclear") {
      trip.isUnclear = true;
      const { reason } = outcome;
      const mayRepeat = submission !== undefined && transport.honoursKeys && !deadline.over();
      const delay =
        mayRepeat && isAgentExchangeError(reason) ? delayBefore(++count, transport, endpoint.tier, reason) : Infinity;
      if (delay >= deadline.remaining()) throw reason;
      deadline.phase = "waiting to try again";
      if (delay > 0) await deadline.sleep(delay);
      continue;
    }
    const { error, cure } = outcome;
    trip.isUnclear = false;
    if (submission !== undefined && cure !== "agent") transport.submissions.notExecuted(submission);
    if (cure === "clock") {
      trip.signedAnew = true;
    } else if (
      cure === "login" &&
      !renewed &&
      trip.credential !== undefined &&
      transport.credentials.renew(trip.credential)
    ) {
      renewed = true;
    } else if (cure === "agent") {
      deadline.phase = "looking up the agent";
      if (!(await agentFound(transport, trip))) {
        trip.isUnclear = true;
        throw error;
      }
      if (submission !== undefined) transport.submissions.notExecuted(submission);
    } else {
      const delay = cure === "time" ? delayBefore(++count, transport, endpoint.tier, error) : Infinity;
      if (delay >= deadline.remaining()) throw error;
      deadline.phase = "waiting to try again";
      if (delay > 0) await deadline.sleep(delay);
    }
  }
}

/** Follows an order to its end: its submission is resolved, or its outcome is unknown. */
async function order(
  transport: Transport,
  trip: Trip,
  submission: Submission,
  work: Promise<unknown>,
): Promise<unknown> {
  const { submissions, intents } = transport;
  try {
    const value = await work;
    submissions.end(submission, "resolved");
    await intents.settle(submission, trip.deadline);
    return value;
  } catch (reason) {
    submissions.end(submission, trip.isUnclear ? "unknown" : "resolved");
    if (trip.isUnclear) throw outcomeUnknown(transport, trip, submission, reason);
    await intents.settle(submission, trip.deadline);
    throw reason;
  }
}

function submissionOf(transport: Transport, params: Params): Submission {
  const { submissions, keyChecksum } = transport;
  const { symbol, side, type, quantity, price = null } = params as Readonly<Record<string, string>>;
  const id = randomId();
  const submission: Submission = {
    id,
    symbol: symbol as string,
    matchKey: matchKeyOf(params),
    firstSentAt: undefined,
    lastSentAt: undefined,
    agentId: undefined,
    state: "running",
    foundId: undefined,
    absentAt: undefined,
    intent: {
      version: 1,
      id,
      symbol: (symbol as string).toUpperCase(),
      side: side as "buy" | "sell",
      type: type as OrderType,
      quantity: quantity as string,
      price,
      agentId: null,
      key: keyChecksum,
      sentAt: "",
      notBefore: null,
      otherOrders: [],
    },
    isOwn: true,
    isStored: false,
  };
  submissions.add(submission);
  return submission;
}

/** The error of an order that may have been executed. */
function outcomeUnknown(
  transport: Transport,
  { endpoint, deadline }: Trip,
  submission: Submission,
  reason: unknown,
): OrderOutcomeUnknownError {
  const error = isAgentExchangeError(reason) ? reason : undefined;
  const why = error?.message ?? "The call was aborted.";
  return new OrderOutcomeUnknownError(`${endpoint.name}: the order was sent, but its outcome is unknown: ${why}`, {
    code: "ORDER_OUTCOME_UNKNOWN",
    status: error?.status ?? undefined,
    details: { ...error?.details, cause: error?.code ?? "ABORTED" },
    attempts: deadline.attempts,
    cause: reason,
    hint: "Do not place it again before reconcile() has told whether it exists.",
    find: (options) => transport.reconcile(submission, options),
    record: () => transport.intents.intentOf(submission),
  });
}

/** Whether it was the lack of an agent that made the platform fail, and there is one now. */
async function agentFound(transport: Transport, trip: Trip): Promise<boolean> {
  try {
    await transport.acting.findAgent(trip.deadline);
  } catch (problem) {
    // No agent, or several: so it was for the lack of one, and nothing was stored.
    if ((problem instanceof ValidationError && problem.status === null) || trip.deadline.aborted()) throw problem;
    return false;
  }
  return transport.acting.foundAgent !== null;
}

/** One try. What is thrown here ends the call, and nothing was sent by this try. */
async function send(transport: Transport, trip: Trip): Promise<Outcome> {
  const { endpoint, request, deadline, submission } = trip;
  const { clock } = transport;
  const acting = actingAgent(transport, trip);
  const agentId = acting instanceof Promise ? await acting : acting;
  deadline.phase = "waiting for the rate limit";
  const turn = transport.limiter.take(endpoint.tier, endpoint.effect, deadline);
  const slot = turn instanceof Promise ? await turn : turn;
  const before = deadline.attempts;
  try {
    const headers = await requestHeaders(transport, trip, agentId);
    if (submission !== undefined && !trip.isUnclear) {
      submission.agentId = agentId;
      deadline.phase = "storing the intent";
      if (transport.intents.isKept) await transport.intents.write(endpoint.name, submission, deadline);
    }
    if (deadline.over()) throw deadline.reason();
    deadline.phase = "waiting for the answer";
    deadline.attempts++;
    const over = watchRequest(transport, endpoint.name, request, deadline.attempts, trip.waitingSince);
    if (deadline.over()) throw deadline.reason(); // an observer can abort, too
    const sent = clock.elapsed();
    if (submission !== undefined) transport.submissions.sent(submission, sent);
    let status: number | null = null;
    const outcome = await deadline
      .race(attempt(transport.fetch, transport.origin, request, headers, deadline, transport.maxResponseBytes))
      .then(
        (reply) => {
          status = reply.status;
          learnLimits(transport, endpoint.tier, slot, reply, sent);
          const found = classify(transport, trip, reply, slot, agentId);
          // Whoever only refuses, such as a gateway, does not keep answers.
          if (submission !== undefined && found.kind === "done" && reply.header(REPLAYED_HEADER) !== null)
            transport.honoursKeys = true;
          return found;
        },
        (problem: unknown) => lost(transport, trip, problem),
      )
      .catch((problem: unknown): Outcome => {
        // Something in the answer could not even be looked at: the order was sent all the same.
        if (submission === undefined) throw problem;
        return { kind: "unclear", reason: problem };
      });
    over?.(status, codeOf(outcome));
    if (outcome.kind === "done") learnFrom(transport, endpoint, outcome.value);
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
  const { endpoint, request, deadline, submission } = trip;
  const headers: Record<string, string> = {};
  if (request.body !== undefined) headers["Content-Type"] = "application/json";
  if (submission !== undefined && transport.idempotencyKeys) headers["Idempotency-Key"] = submission.id;
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
  const error: unknown = outcome.kind === "failed" ? outcome.error : outcome.reason;
  return isAgentExchangeError(error) ? error.code : "ABORTED";
}

/** What the answer's headers tell about the budget and the platform's clocks. */
function learnLimits(transport: Transport, tier: Tier, slot: Slot, reply: Reply, sent: number): void {
  const { server, orderClock, clock, sign } = transport;
  const received = clock.elapsed();
  const isDue = orderClock.isDue(received);
  if (!isLimited(tier) && sign === undefined && !isDue) return; // the platform tells such calls nothing
  const headers = answerHeaders((name) => reply.header(name), server.now());
  server.observe(headers, sent, received);
  if (isDue && (headers.date !== null || headers.resetSeconds !== undefined))
    orderClock.shown(server.earliest(0), received);
  slot.settle(headers);
}

/** What an answer shows of the exchange's own clock, and of orders that exist. */
function learnFrom(transport: Transport, endpoint: Endpoint<never, unknown>, value: unknown): void {
  const evidence = endpoint.evidence?.(value);
  if (evidence === undefined) return;
  const { serverTime, orderIds } = evidence;
  if (serverTime) transport.orderClock.stamped(serverTime.getTime(), transport.clock.elapsed());
  if (orderIds !== undefined) transport.submissions.saw(orderIds);
}

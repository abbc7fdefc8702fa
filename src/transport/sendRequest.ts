import { isAgentExchangeError, RateLimitError } from "../errors/index.ts";
import { checkHeader } from "./checkOptions.ts";
import { classifyNetworkFailure, classifyReply } from "./classifyReply.ts";
import { fetchReply, type Reply } from "./fetchReply.ts";
import { learnFromHeaders, learnFromResult } from "./learnFromReply.ts";
import { observeRequest } from "./observeRequest.ts";
import { GATEWAY_HEADER, REPLAYED_HEADER } from "./orderResponse.ts";
import type { Outcome } from "./outcome.ts";
import type { RequestState } from "./requestState.ts";
import { resolveAgent } from "./resolveAgent.ts";
import type { Slot } from "./slot.ts";

/** Makes one attempt: agent, rate limit, credentials, request, classification. If it throws, nothing was sent. */
export async function sendRequest(state: RequestState): Promise<Outcome> {
  const { config, session, endpoint, deadline, order } = state;
  const agent = resolveAgent(state);
  state.effectiveAgent = agent instanceof Promise ? await agent : agent;
  deadline.phase = "waiting for the rate limit";
  const granted = session.limiter.take(endpoint.tier, state.rank, deadline);
  const slot = granted instanceof Promise ? await granted : granted;
  const attemptsBefore = deadline.attempts;
  try {
    const headers = await createHeaders(state);
    if (order !== undefined && state.isUnclear !== true) {
      const { submission, tracker } = order;
      submission.agentId = state.effectiveAgent;
      deadline.phase = "storing the intent";
      if (tracker.intents.hasStore) await tracker.intents.write(endpoint.name, submission, deadline);
      if (order.record !== undefined) await deadline.race(order.record(tracker.intents.intentOf(submission)));
    }
    if (deadline.over()) throw deadline.reason();
    deadline.phase = "waiting for the response";
    deadline.attempts++;
    const reportEnd = observeRequest(state);
    if (deadline.over()) throw deadline.reason(); // an observer may have aborted the call
    const sentAt = config.clock.elapsed();
    order?.tracker.submissions.markSent(order.submission, sentAt);
    let replied: Reply | undefined;
    const outcome = await deadline
      .race(fetchReply(config, state.request, headers, deadline))
      .then(
        (reply) => {
          replied = reply;
          return handleReply(state, reply, slot, sentAt);
        },
        (problem: unknown) => classifyNetworkFailure(state, problem),
      )
      .catch((problem: unknown): Outcome => {
        // Reading the response failed, but the order was sent.
        if (order === undefined) throw problem;
        return { kind: "unclear", reason: problem };
      });
    reportEnd?.(replied, errorCode(outcome));
    if (outcome.kind === "done") learnFromResult(state, outcome.value);
    return outcome;
  } finally {
    if (deadline.attempts === attemptsBefore) slot.giveBack();
    else slot.settle();
  }
}

function handleReply(state: RequestState, reply: Reply, slot: Slot, sentAt: number): Outcome {
  learnFromHeaders(state, reply, slot, sentAt);
  const outcome = classifyReply(state, reply);
  if (reply.status === 429) {
    const error = errorOf(outcome);
    slot.pause(((error instanceof RateLimitError ? error.retryAfter : null) ?? 1) * 1000);
  }
  if (showsHonoredKeys(state, reply, outcome)) state.session.honorsIdempotencyKeys = true;
  return outcome;
}

/**
 * Whether a response shows that an order may be repeated under its key. A gateway's header on a response about market data
 * proves nothing: another server may take the orders.
 */
function showsHonoredKeys({ endpoint, order }: RequestState, reply: Reply, { kind }: Outcome): boolean {
  // The replay header of an error is not enough: a proxy that only rejects keeps no responses.
  const isKept = order?.key !== undefined && kind === "done" && reply.header(REPLAYED_HEADER) !== null;
  return isKept || (endpoint.tier === "orders" && reply.header(GATEWAY_HEADER) !== null);
}

/** The headers of one attempt. They are created anew each time, since tokens expire and signatures are time-bound. */
async function createHeaders(state: RequestState): Promise<Record<string, string>> {
  const { config, session, endpoint, request, deadline, order, effectiveAgent } = state;
  const headers: Record<string, string> = {};
  if (request.body !== undefined) headers["Content-Type"] = "application/json";
  if (order?.key !== undefined) headers["Idempotency-Key"] = order.key;
  if (config.traceId !== undefined) headers["X-Trace-Id"] = checkHeader(endpoint.name, "traceId", config.traceId());
  // Whoever checks a signature must know whose it is, also of a request for public data.
  const isSignedWithKey = session.sign !== undefined && session.credentials.isKey !== undefined;
  if (endpoint.access !== "public" || isSignedWithKey) {
    deadline.phase = "logging in";
    const known = session.credentials.header(deadline);
    const credential = known instanceof Promise ? await known : known;
    state.credential = credential;
    headers[credential[0]] = credential[1];
    if (effectiveAgent !== undefined) headers["X-Agent-Id"] = effectiveAgent;
  }
  if (session.sign !== undefined) {
    state.signedWithOffset = session.serverTime.at(0);
    const signatureHeaders = await deadline.race(session.sign(request));
    state.signature = signatureHeaders["X-Signature"];
    Object.assign(headers, signatureHeaders);
  }
  return headers;
}

function errorOf(outcome: Outcome): unknown {
  if (outcome.kind === "done") return undefined;
  return outcome.kind === "failed" ? outcome.error : outcome.reason;
}

/** The code that observers receive: null for a success. */
function errorCode(outcome: Outcome): string | null {
  if (outcome.kind === "done") return null;
  const error = errorOf(outcome);
  return isAgentExchangeError(error) ? error.code : "ABORTED";
}

import { toWireRequest, validate, type Endpoint, type Params } from "../endpoints/index.ts";
import { isAgentExchangeError, ValidationError, type AgentExchangeError } from "../errors/index.ts";
import { canonicalAgentId, checkCallOptions, checkIdempotencyKey } from "./checkOptions.ts";
import { RANK } from "./limiter.ts";
import { URGENT, type InternalCallOptions, type RecordIntent } from "./requestFunction.ts";
import { isRepeatable, type CallContext, type OrderCall, type RequestState } from "./requestState.ts";
import { delayBeforeRetry } from "./retry.ts";
import { sendRequest } from "./sendRequest.ts";

/**
 * Calls an endpoint. The whole policy is here and in `sendRequest`: validate the input, start the deadline, then for each
 * attempt resolve the agent, wait for the rate limit, add credentials, send, and classify the response. A further attempt
 * is made if it is safe and can help.
 */
export async function call<Input, Output>(
  context: CallContext,
  endpoint: Endpoint<Input, Output, unknown>,
  input: Input,
  options: InternalCallOptions = {},
  record?: RecordIntent,
): Promise<Output> {
  const { config, session } = context;
  checkCallOptions(endpoint.name, options);
  if (options.idempotencyKey !== undefined) checkIdempotencyKey(endpoint, options.idempotencyKey);
  const params = validate(endpoint, input);
  const request = toWireRequest(endpoint, params);
  const deadline = session.startDeadline({
    name: endpoint.name,
    repeatable: isRepeatable(endpoint.effect),
    timeout: options.timeout ?? config.timeout,
    signal: options.signal,
  });
  const state: RequestState = {
    ...context,
    endpoint: endpoint as Endpoint<never, unknown>,
    params,
    request,
    deadline,
    rank: options[URGENT] === true ? 0 : RANK[endpoint.effect],
    order: endpoint.effect === "order" ? startOrder(context, params, options, record) : undefined,
    namedAgent: options.agentId === undefined ? config.agentId : canonicalAgentId(options.agentId),
    waitingSince: config.clock.elapsed(),
  };
  try {
    const result = attemptUntilDone(state);
    const { order } = state;
    const body = await (order === undefined ? result : order.tracker.settle(state, order.submission, result));
    return endpoint.list === undefined ? (body as Output) : endpoint.list(body);
  } finally {
    deadline.dispose();
  }
}

/** Registers an order. It must not be sent otherwise, since it could not be found if its response was lost. */
function startOrder(
  { config, session: { orders } }: CallContext,
  params: Params,
  { idempotencyKey }: InternalCallOptions,
  record: RecordIntent | undefined,
): OrderCall {
  if (orders === undefined) throw new TypeError("An order was sent by an operation that does not track orders.");
  const submission = orders.submit(params);
  const key = idempotencyKey ?? (config.idempotencyKeys ? submission.id : undefined);
  return { tracker: orders, submission, record, key };
}

function markNotExecuted(order: OrderCall | undefined): void {
  order?.tracker.submissions.markNotExecuted(order.submission);
}

/** Makes attempts until there is an outcome. If it throws for an order, the order was not executed, unless `isUnclear`. */
async function attemptUntilDone(state: RequestState): Promise<unknown> {
  const { session, deadline, order } = state;
  let failures = 0;
  let isReauthenticated = false;
  for (;;) {
    const outcome = await sendRequest(state);
    if (outcome.kind === "done") return outcome.value;
    if (outcome.kind === "ended") throw outcome.reason;
    state.waitingSince = state.config.clock.elapsed();
    if (outcome.kind === "unclear") {
      state.isUnclear = true;
      const { reason } = outcome;
      // The server repeats its first response to the same idempotency key, so another attempt cannot execute it twice.
      const mayRepeat = order?.key !== undefined && session.honorsIdempotencyKeys && !deadline.over();
      if (!mayRepeat || !isAgentExchangeError(reason)) throw reason;
      await waitToRetry(state, ++failures, reason);
      continue;
    }
    const { error, recovery } = outcome;
    state.isUnclear = false;
    if (recovery !== "resolve-agent") markNotExecuted(order);
    switch (recovery) {
      case "re-sign":
        state.isSignedAgain = true;
        break;
      case "reauthenticate":
        if (isReauthenticated || !renewCredential(state)) throw error;
        isReauthenticated = true;
        break;
      case "resolve-agent":
        if (!(await findMissingAgent(state))) {
          state.isUnclear = true;
          throw error;
        }
        markNotExecuted(order);
        break;
      case "retry":
        await waitToRetry(state, ++failures, error);
        break;
      case "none":
        throw error;
    }
  }
}

/** Waits before another attempt. Throws the error if no attempt is left or the deadline would pass first. */
async function waitToRetry(
  { config, endpoint, deadline }: RequestState,
  failures: number,
  error: AgentExchangeError,
): Promise<void> {
  const delay = delayBeforeRetry(failures, config, endpoint.tier, error);
  if (delay >= deadline.remaining()) throw error;
  deadline.phase = "waiting to retry";
  if (delay > 0) await deadline.sleep(delay);
}

function renewCredential({ session, credential }: RequestState): boolean {
  return credential !== undefined && session.credentials.renew(credential);
}

/** Whether the platform failed because no agent was named, and one has been found to name. */
async function findMissingAgent({ session: { agents }, deadline }: RequestState): Promise<boolean> {
  deadline.phase = "looking up the agent";
  try {
    await agents.findAgent(deadline);
  } catch (problem) {
    // The account has no agent, or several: so this was the cause of the failure, and nothing was stored.
    if ((problem instanceof ValidationError && problem.status === null) || deadline.aborted()) throw problem;
    return false;
  }
  return agents.foundAgent !== null;
}

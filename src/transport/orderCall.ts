import type { OrderType, Params, Side } from "../endpoints/index.ts";
import { isAgentExchangeError } from "../errors/index.ts";
import { matchKey } from "./matchKey.ts";
import { OrderOutcomeUnknownError } from "./orderOutcomeUnknown.ts";
import { randomUuid } from "./randomUuid.ts";
import type { CallContext, RequestState } from "./requestState.ts";
import type { Submission } from "./submissions.ts";

/** The validated arguments of every order. */
interface OrderParams {
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: string;
  readonly price?: string;
}

/** Registers an order that is about to be placed. */
export function createSubmission({ config, session }: CallContext, params: Params): Submission {
  const { symbol, side, type, quantity, price = null } = params as unknown as OrderParams;
  const id = randomUuid();
  const submission: Submission = {
    id,
    symbol,
    matchKey: matchKey({ symbol, side, type, quantity, price }),
    state: "running",
    intent: {
      version: 1,
      id,
      symbol: symbol.toUpperCase(),
      side,
      type,
      quantity,
      price,
      agentId: null,
      key: config.keyChecksum,
      sentAt: "",
      notBefore: null,
      otherOrders: [],
    },
    isOwn: true,
    isStored: false,
  };
  session.submissions.add(submission);
  return submission;
}

/** Waits for an order's call to end. Its submission is then resolved, or its outcome is unknown. */
export async function settleOrder(
  state: RequestState,
  submission: Submission,
  result: Promise<unknown>,
): Promise<unknown> {
  const { submissions, intents } = state.session;
  try {
    const value = await result;
    submissions.end(submission, "resolved");
    await intents.settle(submission, state.deadline);
    return value;
  } catch (reason) {
    submissions.end(submission, state.isUnclear === true ? "unknown" : "resolved");
    if (state.isUnclear === true) throw outcomeUnknown(state, submission, reason);
    await intents.settle(submission, state.deadline);
    throw reason;
  }
}

/** The error of an order that may have been executed. */
function outcomeUnknown(
  { session, endpoint, deadline, reconcile }: RequestState,
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
    hint: "Call reconcile() to find out whether the order exists before you place it again.",
    find: (options) => reconcile(submission, options),
    record: () => session.intents.intentOf(submission),
  });
}

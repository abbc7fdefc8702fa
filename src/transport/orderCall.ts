import type { Order, OrderType, Params, Side } from "../endpoints/index.ts";
import { isAgentExchangeError } from "../errors/index.ts";
import { matchKey } from "./matchKey.ts";
import { OrderOutcomeUnknownError, type ReconcileOptions } from "./orderOutcomeUnknown.ts";
import { randomUuid } from "./randomUuid.ts";
import type { Deadline } from "./deadline.ts";
import type { IntentLog } from "./intentLog.ts";
import type { Submission, Submissions } from "./submissions.ts";

/** The validated arguments of every order. */
interface OrderParams {
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: string;
  readonly price?: string;
}

/** Registers an order that is about to be placed. */
export function createSubmission(submissions: Submissions, keyChecksum: string | null, params: Params): Submission {
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

/** The parts of a call that settling its order needs. */
export interface SettledCall {
  readonly endpoint: { readonly name: string };
  readonly deadline: Deadline;
  /** Whether the order may have been executed. */
  readonly isUnclear?: boolean;
}

/** The parts of a tracker that settling an order needs. */
interface OrderOutcomes {
  readonly submissions: Submissions;
  readonly intents: IntentLog;
  /** Looks for the order of a submission whose outcome is unknown. */
  readonly find: (submission: Submission, options?: ReconcileOptions) => Promise<Order | null>;
}

/** Waits for an order's call to end. Its submission is then resolved, or its outcome is unknown. */
export async function settleOrder(
  orders: OrderOutcomes,
  call: SettledCall,
  submission: Submission,
  result: Promise<unknown>,
): Promise<unknown> {
  const { submissions, intents } = orders;
  try {
    const value = await result;
    submissions.end(submission, "resolved");
    await intents.settle(submission, call.deadline);
    return value;
  } catch (reason) {
    submissions.end(submission, call.isUnclear === true ? "unknown" : "resolved");
    if (call.isUnclear === true) throw outcomeUnknown(orders, call, submission, reason);
    await intents.settle(submission, call.deadline);
    throw reason;
  }
}

/** The error of an order that may have been executed. */
function outcomeUnknown(
  { intents, find }: OrderOutcomes,
  { endpoint, deadline }: SettledCall,
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
    find: (options) => find(submission, options),
    record: () => intents.intentOf(submission),
  });
}

import type { Order } from "../endpoints/index.ts";
import type { AgentLookup } from "./agentLookup.ts";
import type { Clock } from "./clock.ts";
import type { Deadline, DeadlineOptions } from "./deadline.ts";
import type { IntentLog } from "./intentLog.ts";
import type { OrderClock } from "./orderClock.ts";
import { URGENT, type InternalCallOptions, type RequestFunction } from "./requestFunction.ts";
import type { Submission, Submissions } from "./submissions.ts";

/** The parts of a client that reconciling orders needs. */
export interface ReconcileContext {
  readonly request: RequestFunction;
  readonly clock: Clock;
  /** The client's timeout in milliseconds. */
  readonly timeout: number;
  readonly keyChecksum: string | null;
  readonly submissions: Submissions;
  readonly orderClock: OrderClock;
  readonly intents: IntentLog;
  readonly agents: AgentLookup;
  readonly startDeadline: (options: DeadlineOptions) => Deadline;
}

/** One search for a submission's order. */
export interface OrderSearch extends ReconcileContext {
  readonly submission: Submission;
  readonly deadline: Deadline;
}

/** Options of the search's own calls: they end with it, and are for the submission's agent. */
export function callOptions({ agents, submission, deadline }: OrderSearch): InternalCallOptions {
  const timeout = Math.max(1, deadline.remaining());
  return {
    signal: deadline.signal,
    timeout,
    agentId: agents.effectiveAgent(submission.agentId) ?? null,
    // Nothing else can be decided while an order's outcome is unknown.
    [URGENT]: true,
  };
}

/** Omits orders that another call is known to own. */
export function freeOrders({ submissions, submission }: OrderSearch, orders: readonly Order[]): readonly Order[] {
  return orders.filter(({ orderId }) => submissions.isFree(orderId, submission));
}

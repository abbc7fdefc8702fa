import type { Order, OrderIntent, Params, PlacedOrder } from "../endpoints/index.ts";
import { createIntentLog, type IntentLog } from "./intentLog.ts";
import type { IntentStore } from "./intentStore.ts";
import { createSubmission, settleOrder, type SettledCall } from "./orderCall.ts";
import { lazyCode } from "./loadCode.ts";
import type { ReconcileOptions } from "./orderOutcomeUnknown.ts";
import { claimPlacedOrder } from "./orderResponse.ts";
import type { ReconcileContext } from "./orderSearch.ts";
import { createSubmissions, type Submission, type Submissions } from "./submissions.ts";
import type { UnresolvedOrder } from "./unresolvedOrders.ts";

/**
 * Knows the orders of a client, so that an order whose response was lost can be found. Only operations about orders import
 * it: a page that shows prices does not load it.
 */
export interface OrderTracker {
  readonly submissions: Submissions;
  readonly intents: IntentLog;
  /** Registers an order that is about to be placed. */
  submit(params: Params): Submission;
  /** Claims the order of a response for its submission. Returns why it cannot be that submission's order, else undefined. */
  claim(submission: Submission, order: PlacedOrder): string | undefined;
  /** Waits for an order's call to end. Its submission is then resolved, or its outcome is unknown. */
  settle(call: SettledCall, submission: Submission, result: Promise<unknown>): Promise<unknown>;
  /** Looks for the order of a record, which may come from another process. */
  reconcile(record: OrderIntent, options?: ReconcileOptions): Promise<Order | null>;
  unresolvedOrders(): Promise<readonly UnresolvedOrder[]>;
}

/** The parts of a client that tracking orders needs. */
export interface OrderTrackerContext extends Omit<ReconcileContext, "submissions" | "intents"> {
  readonly store: IntentStore | undefined;
}

export function createOrderTracker({ store, ...parts }: OrderTrackerContext): OrderTracker {
  const { clock, orderClock, agents, keyChecksum } = parts;
  const submissions = createSubmissions((one, other) => agents.isSameAgent(one, other));
  const intents = createIntentLog(store, clock, orderClock, submissions);
  const context: ReconcileContext = { ...parts, submissions, intents };
  /** Most programs never need the search for lost orders. */
  const load = lazyCode(clock, "reconciling orders", () => import("./reconciling.ts"));
  const find = async (submission: Submission, options?: ReconcileOptions): Promise<Order | null> =>
    (await load()).reconcile(context, submission, options);
  return {
    submissions,
    intents,
    submit(params) {
      // Loaded now, because the network may be down when it is needed.
      load().catch(() => {});
      return createSubmission(submissions, keyChecksum, params);
    },
    claim: (submission, order) => claimPlacedOrder(submissions, submission, order),
    settle: (call, submission, result) => settleOrder({ submissions, intents, find }, call, submission, result),
    reconcile: async (record, options) => (await load()).reconcileRecord(context, record, options),
    unresolvedOrders: async () => (await load()).findUnresolvedOrders(context),
  };
}

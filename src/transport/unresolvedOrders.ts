import { parseOrderIntent, type Order, type OrderIntent } from "../endpoints/index.ts";
import { adoptIntent, canReconcile } from "./adoptIntent.ts";
import type { ReconcileOptions } from "./orderOutcomeUnknown.ts";
import type { ReconcileContext } from "./orderSearch.ts";
import { reconcile } from "./reconcile.ts";

/** An order whose outcome is unknown: its record, and a method that looks for it. */
export interface UnresolvedOrder extends OrderIntent {
  /** The same as plain JSON. */
  readonly record: OrderIntent;
  /** Same as `client.reconcile(record)`. */
  readonly reconcile: (options?: ReconcileOptions) => Promise<Order | null>;
}

/** Looks for the order of a record, which another process may have written. */
export async function reconcileRecord(
  context: ReconcileContext,
  record: OrderIntent,
  options?: ReconcileOptions,
): Promise<Order | null> {
  return reconcile(context, adoptIntent(context, parseOrderIntent(record)), options);
}

/** The orders of this client and its store whose outcome is unknown, except those whose calls are still running. */
export async function findUnresolvedOrders(context: ReconcileContext): Promise<readonly UnresolvedOrder[]> {
  const { intents, submissions } = context;
  const stored = (await intents.list(undefined)).filter((intent) => canReconcile(context, intent));
  const records = new Map(stored.map((intent) => [intent.id, intent]));
  for (const submission of submissions.all()) {
    if (submission.state !== "unknown") records.delete(submission.id);
    else if (!submission.isStored) records.set(submission.id, intents.intentOf(submission));
  }
  return [...records.values()].map((record) =>
    Object.assign(
      { record, reconcile: (options?: ReconcileOptions) => reconcileRecord(context, record, options) },
      record,
    ),
  );
}

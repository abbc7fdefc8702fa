import { deriveClient } from "../../client/createClient.ts";
import { requestAboutOrders, trackOrders } from "../../client/index.ts";
import { cancelOrder } from "../../endpoints/trading/index.ts";
import type { Order, OrderIntent } from "../../endpoints/index.ts";
import { shapeResult } from "../results/shapeResult.ts";
import type { Outcome, ToolboxContext } from "./context.ts";
import { toolError } from "./failure.ts";
import { orderSettled, settledDraft } from "./settle.ts";
import type { CallRecord, LedgerState } from "./state.ts";

/** Milliseconds between two looks whether another process has settled a call. */
const POLL = 1000;
/** Orders that a record names as known to be others'. */
const MAX_OTHERS = 1000;

/** Finds out about all orders whose outcome is unknown. Those that cannot be decided keep their reservation. */
export async function reconcileOpen(context: ToolboxContext, signal: AbortSignal): Promise<void> {
  const { open } = await context.ledger.sync();
  await Promise.all([...open.values()].map((record) => reconcileCall(context, record, signal)));
}

/** Finds out about one order, unless this toolbox is still waiting for its response. */
export async function reconcileCall(context: ToolboxContext, record: CallRecord, signal: AbortSignal): Promise<void> {
  const { callId, attempt, intent } = record;
  if (intent === null || context.running.has(attempt)) return;
  const running = context.searches.get(callId);
  if (running !== undefined) return running;
  const search = searchOrder(context, record, intent, signal).catch(() => {
    // It stays unknown, and counts, until a later call finds out.
  });
  context.searches.set(callId, search);
  try {
    await search;
  } finally {
    context.searches.delete(callId);
  }
}

/**
 * Looks for the order of a call, and settles the call.
 *
 * @throws OrderOutcomeUndecidedError if several orders can be it, and the errors of the search
 */
export async function searchOrder(
  context: ToolboxContext,
  record: CallRecord,
  intent: OrderIntent,
  signal: AbortSignal,
): Promise<void> {
  const { ledger, client, clock } = context;
  const settledElsewhere = watchJournal(context, record, signal);
  // A client remembers which order it found for which record, also if the journal then does not accept that. So the search
  // for another process's order has a client of its own.
  const isOwn = record.attempt.startsWith(context.instance);
  const searcher = isOwn ? client : deriveClient(client, { intents: undefined });
  try {
    const known: OrderIntent = {
      ...intent,
      otherOrders: [...intent.otherOrders, ...ordersOfOthers(ledger.state, record)],
      // As if it was sent now, so that the search waits for it: the clock that wrote the record may have been set since.
      sentAt: new Date(clock.now()).toISOString(),
    };
    const order = await trackOrders(searcher).reconcile(known, { signal: settledElsewhere.signal });
    await settleFound(context, record, order, null);
  } finally {
    settledElsewhere.stop();
    if (!isOwn) await searcher.close();
  }
}

/** Settles a call with the order that is its, unless it has an outcome by now. `by` names the person who has said so. */
export async function settleFound(
  { ledger }: ToolboxContext,
  record: CallRecord,
  order: Order | null,
  by: string | null,
): Promise<void> {
  await ledger.transact((state) => {
    const current = state.calls.get(record.callId);
    const isOpen = current !== undefined && current.phase !== "done" && current.attempt === record.attempt;
    // Two equal orders can be found as one; the other call has it already.
    const owner = order === null ? undefined : state.owners.get(order.orderId);
    if (!isOpen || (owner !== undefined && owner !== record.callId)) return { entries: [], result: undefined };
    const { data, ...draft } =
      order === null
        ? settledDraft(record, "released", notExecuted(by))
        : orderSettled(record, order, resultOf(record, order), false);
    return { entries: [{ ...draft, data: { ...data, ...(by === null ? {} : { by }) } }], result: undefined };
  });
}

/** Cancels a waiting order that was sent before a halt, whose cancellation may have come before the order. */
export async function cancelAfterHalt(
  { client, ledger, halting, dryRun }: ToolboxContext,
  orderId: string,
): Promise<void> {
  if (dryRun !== false) return;
  if (ledger.state.halted === null && halting.local === null) return;
  await requestAboutOrders(client, cancelOrder, { orderId });
}

/** The same for orders of these calls that have just been found. The calls are settled, whatever becomes of this. */
export async function cancelFound(context: ToolboxContext, callIds: ReadonlySet<string>): Promise<void> {
  const found = [...context.ledger.state.resting].filter(([, callId]) => callIds.has(callId));
  await Promise.allSettled(found.map(([orderId]) => cancelAfterHalt(context, orderId)));
}

/** Aborts when another process has settled the call, or the caller does. */
function watchJournal(
  { clock, ledger }: ToolboxContext,
  { callId, attempt }: CallRecord,
  signal: AbortSignal,
): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  let timer: unknown;
  const look = async (): Promise<void> => {
    const { calls } = await ledger.sync();
    const record = calls.get(callId);
    if (record === undefined || record.phase === "done" || record.attempt !== attempt) controller.abort();
    else if (!controller.signal.aborted) wait();
  };
  const wait = (): void => {
    timer = clock.setTimeout(() => {
      look().catch(() => wait());
    }, POLL);
  };
  const abort = (): void => controller.abort(signal.reason);
  if (signal.aborted) abort();
  else wait();
  signal.addEventListener("abort", abort);
  return {
    signal: controller.signal,
    stop() {
      clock.clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      controller.abort();
    },
  };
}

/** Equal orders that other calls are known to have placed. */
function ordersOfOthers({ owners, calls }: LedgerState, { callId, reserved }: CallRecord): readonly string[] {
  const others: string[] = [];
  for (const [orderId, owner] of owners) {
    const other = calls.get(owner)?.reserved;
    const isEqual = other?.symbol === reserved?.symbol && other?.side === reserved?.side;
    if (owner !== callId && isEqual) others.push(orderId);
  }
  return others.slice(-MAX_OTHERS);
}

function resultOf({ tool }: CallRecord, order: Order): Outcome {
  return { ok: true, ...shapeResult(tool, order) };
}

function notExecuted(by: string | null): Outcome {
  return {
    ok: false,
    error: toolError(
      "ORDER_NOT_EXECUTED",
      by === null
        ? "The order's request was lost; the exchange has no such order."
        : "The order's request was lost; a person has found that no such order was executed.",
      "If it is still wanted, place it again with a new call ID.",
    ),
  };
}

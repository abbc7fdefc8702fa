import { trackOrders } from "../../client/index.ts";
import { invalid, type Order, type OrderIntent } from "../../endpoints/index.ts";
import { AgentExchangeError } from "../../errors/index.ts";
import { OrderOutcomeUndecidedError, type Clock } from "../../transport/index.ts";
import type { CallReport, SettleDecision } from "../types.ts";
import { reportOf } from "./callReports.ts";
import type { ToolboxContext } from "./context.ts";
import { Refusal } from "./failure.ts";
import { linkSignals } from "./linkSignals.ts";
import { cancelFound, searchOrder, settleFound } from "./reconcileOpen.ts";
import { isUnsent, type CallRecord } from "./state.ts";

const MAX_NAME = 200;
/** Milliseconds for which a request can still be under way; until then, nobody can know which order is its. */
const ARRIVAL = 15_000;
/** Candidates that a message lists. */
const MAX_LISTED = 20;

/** Settles an order by a person's decision where a search finds several that can be it: {@link Toolbox.settle}. */
export async function settleCall(
  context: ToolboxContext,
  callId: string,
  decision: SettleDecision,
): Promise<CallReport> {
  const { orderId, by, signal } = checked(decision);
  const record = (await context.ledger.sync()).calls.get(callId);
  if (record === undefined) throw problem("callId", "is not in the journal");
  if (record.phase === "done") return reportOf(record);
  const { intent } = record;
  if (intent === null || isUnsent(record)) throw problem("callId", "is not of an order that may have been executed");
  check(!context.running.has(record.attempt), "callId", "is still running in this toolbox");
  const link = linkSignals(context.closing, signal);
  try {
    await settleAs(context, record, intent, { orderId, by, signal: link.signal });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new AgentExchangeError(error.message, { code: error.error.code, cause: error });
  } finally {
    link.dispose();
  }
  await cancelFound(context, new Set([callId]));
  return reportOf((await context.ledger.sync()).calls.get(callId) ?? record);
}

async function settleAs(
  context: ToolboxContext,
  record: CallRecord,
  intent: OrderIntent,
  { orderId, by, signal }: Required<SettleDecision> & { readonly signal: AbortSignal },
): Promise<void> {
  const before = await searchCandidates(context, record, intent, signal);
  if (before === null) return;
  choose(before, orderId);
  await sleep(context.clock, ARRIVAL, signal);
  const after = await searchCandidates(context, record, intent, signal);
  if (after === null) return;
  const known = new Set(before.map((order) => order.orderId));
  // The decision was made without it.
  const late = after.filter((order) => !known.has(order.orderId));
  check(late.length === 0, "orderId", `can also be ${listed(late)}, which appeared meanwhile; decide again`);
  const order = choose(after, orderId);
  await settleFound(context, record, order, by);
  forgetSubmission(context, intent, order);
}

/** The orders that the call's order can be; null if the call has an outcome now. */
async function searchCandidates(
  context: ToolboxContext,
  record: CallRecord,
  intent: OrderIntent,
  signal: AbortSignal,
): Promise<readonly Order[] | null> {
  try {
    await searchOrder(context, record, intent, signal);
    return null;
  } catch (error) {
    if (error instanceof OrderOutcomeUndecidedError) return error.candidates;
    signal.throwIfAborted();
    // The search also ends when another process has settled the call.
    if ((await context.ledger.sync()).calls.get(record.callId)?.phase === "done") return null;
    throw error;
  }
}

function choose(candidates: readonly Order[], orderId: string | null): Order | null {
  if (orderId === null) return null;
  const order = candidates.find((one) => one.orderId === orderId);
  if (order !== undefined) return order;
  throw problem("orderId", `must be one of ${listed(candidates)}, or null for none of them`);
}

function listed(orders: readonly Order[]): string {
  const shown = orders.slice(-MAX_LISTED).map((one) => `${one.orderId} (${one.createdAt.toISOString()})`);
  return (shown.length < orders.length ? "…, " : "") + shown.join(", ");
}

/** The client that sent it looks for it no longer, and does not take an equal order for it. */
function forgetSubmission({ client }: ToolboxContext, { id }: OrderIntent, order: Order | null): void {
  const { submissions } = trackOrders(client);
  const submission = submissions.byId(id);
  if (submission === undefined) return;
  if (order !== null) submissions.claim(submission, order.orderId);
  submissions.resolve(submission, order === null ? Infinity : undefined);
}

function sleep(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clock.clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = clock.setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

/** A decision as it comes from programs without types. */
function checked(decision: SettleDecision | undefined): SettleDecision {
  const { orderId, by, signal }: Partial<SettleDecision> = decision ?? {};
  if (orderId !== null && typeof orderId !== "string")
    throw problem("orderId", "must be the ID of an order, or null for none");
  if (typeof by !== "string" || by.trim() === "" || by.length > MAX_NAME)
    throw problem("by", `must name the person who decides, in up to ${MAX_NAME} characters`);
  return { orderId: orderId?.trim() ?? null, by: by.trim(), signal };
}

function check(isValid: boolean, field: string, message: string): void {
  if (!isValid) throw problem(field, message);
}

const problem = (field: string, message: string): Error => invalid("settle", [{ field, message }]);

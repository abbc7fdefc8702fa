import { requestAboutOrders } from "../../client/index.ts";
import type { OrderIntent, PlacedOrder } from "../../endpoints/trading/index.ts";
import { isAgentExchangeError } from "../../errors/index.ts";
import { OrderOutcomeUnknownError } from "../../transport/index.ts";
import type { Decimal } from "../../wire/index.ts";
import { valueOrder } from "../preview/estimateOrder.ts";
import { planOrder, type PlannedOrder } from "../preview/plannedOrder.ts";
import { toToolError } from "../errors/toToolError.ts";
import type { JsonObject } from "../json.ts";
import { shapeResult } from "../results/shapeResult.ts";
import type { ApprovalRequest, ToolError } from "../types.ts";
import { seekApproval } from "./approval.ts";
import { haltedError, inProgress, isCurrent, refusalNow, describeCall } from "./checks.ts";
import type { Call, Outcome, ToolboxContext } from "./context.ts";
import { Refusal, toolError } from "./failure.ts";
import type { Draft } from "./ledger.ts";
import { checkLimits } from "./limits.ts";
import { cancelAfterHalt, reconcileOpen } from "./reconcileOpen.ts";
import { reservedValue } from "./reservedValue.ts";
import { knownOutcome, orderSettled, release } from "./settle.ts";
import { takeSnapshot, type Snapshot } from "./snapshot.ts";
import { dayOf, isUnsent, type CallRecord, type LedgerState } from "./state.ts";

/** An outcome, and the request of an approval that it waits for. */
export type OrderOutcome = Outcome & {
  readonly request?: { readonly approvalRequest: ApprovalRequest; readonly isRepeated: boolean };
};

/**
 * Places an order within the mandate: reserve, get an approval, send once, settle.
 *
 * @throws Refusal for an order that nothing was reserved for, and errors of the client before that
 */
export async function runOrder(context: ToolboxContext, call: Call): Promise<OrderOutcome> {
  const { ledger, mandate } = context;
  const order = planOrder(call.endpoint.name, call.input);
  const refusal = refusalNow(context, await ledger.sync()) ?? refuseSymbol(context, order);
  if (refusal !== undefined || mandate === undefined) throw new Refusal(refusal ?? noMandate());
  await reconcileOpen(context, call.signal);
  call.signal.throwIfAborted();
  const snapshot = await takeSnapshot(context, order, call.signal);
  const value = reservedValue(await valueOrder(context.client, call.endpoint.name, call.input, call.signal));
  const known = await reserve(context, call, order, value, snapshot);
  return known ?? placeReserved(context, call, order, value);
}

/** Gets the approval of an order that has its reservation, and sends it. */
async function placeReserved(
  context: ToolboxContext,
  call: Call,
  order: PlannedOrder,
  value: Decimal,
): Promise<OrderOutcome> {
  const approval = await seekApproval(context, call, order, value);
  if (approval?.error !== undefined) return release(context, call, { ok: false, error: approval.error });
  if (approval !== undefined) {
    await waitForApproval(context, call);
    const { request, isRepeated } = approval;
    return { ok: false, error: approvalRequired(request), request: { approvalRequest: request, isRepeated } };
  }
  return sendOrder(context, call);
}

/** Gives the reservation back until the call comes again with an approval. */
async function waitForApproval({ ledger }: ToolboxContext, call: Call): Promise<void> {
  await ledger.transact((state) => ({
    entries: isCurrent(state, call) ? [released(call, "an approval is needed")] : [],
    result: undefined,
  }));
}

function approvalRequired({ summary, expiresAt }: ApprovalRequest): ToolError {
  return toolError(
    "APPROVAL_REQUIRED",
    `A person must approve this order first: ${summary}`,
    `Ask a person, and call again with the same call ID and the approval before ${expiresAt}.`,
  );
}

/** Reserves what the order can cost, atomically. Resolves to the outcome if the call has one already, or is refused. */
async function reserve(
  context: ToolboxContext,
  call: Call,
  order: PlannedOrder,
  value: Decimal,
  snapshot: Snapshot,
): Promise<Outcome | undefined> {
  const { ledger, mandate } = context;
  if (mandate === undefined) throw new Refusal(noMandate());
  type Step = { readonly outcome?: Outcome; readonly isAgain?: true; readonly drawdown?: string };
  for (;;) {
    const step = await ledger.transact<Step>((state) => {
      const known = state.calls.get(call.callId);
      if (known !== undefined && isUnsent(known))
        return { entries: [released(known, "another run took over")], result: { isAgain: true } };
      if (known !== undefined) return { entries: [], result: { outcome: knownOutcome(state, call) } };
      const verdict = checkLimits(state, mandate, snapshot, order, value);
      const { before, after, counts, day, equity, isDrawdown } = verdict;
      const common = { ...describeCall(call), before: { ...before }, equity: equity.toFixed() };
      const refuse = (error: ToolError, more: Step = {}): { entries: readonly Draft[]; result: Step } => {
        const outcome: Outcome = { ok: false, error };
        const data = { ...common, result: { ok: false, error: { ...error } } };
        return {
          entries: [{ kind: "refused", callId: call.callId, data: data as Draft["data"] }],
          result: { outcome, ...more },
        };
      };
      const error = refusalNow(context, state);
      if (error !== undefined) return refuse(error);
      if (isDrawdown) {
        const reason = `the drawdown reached ${mandate.maxDrawdownPct?.toFixed()} %`;
        return refuse(haltedError({ reason }), { drawdown: reason });
      }
      if (verdict.error !== undefined) {
        const abandoned = findAbandoned(context, state);
        if (abandoned.length > 0)
          return { entries: abandoned.map((one) => released(one, "its process has ended")), result: { isAgain: true } };
        return refuse(verdict.error);
      }
      const use = {
        symbol: order.symbol,
        side: order.side,
        type: order.type,
        quantity: order.quantity.toFixed(),
        price: order.price?.toFixed() ?? null,
        counts,
        day,
        value: value.toFixed(),
      };
      return {
        entries: [{ kind: "reserved", callId: call.callId, data: { ...common, after: { ...after }, order: use } }],
        result: {},
      };
    });
    if (step.drawdown !== undefined) {
      // The halt waits for calls that may still send. This one cannot.
      context.running.delete(call.attempt);
      await context.halting.halt({ reason: step.drawdown });
    }
    if (step.isAgain !== true) return step.outcome;
  }
}

/** Milliseconds after which a reservation that was not sent belongs to a process that has probably ended. */
const ABANDONED = 5000;
/** The same while a person is asked. */
const ABANDONED_QUESTION = 3_600_000;

/** Reservations of other processes that can be released: those processes can then no longer send. */
function findAbandoned({ running, now }: ToolboxContext, { open }: LedgerState): readonly CallRecord[] {
  const time = now();
  return [...open.values()].filter(({ phase, attempt, time: since }) => {
    if (running.has(attempt)) return false;
    // A clock that was set makes it look older in either direction, which costs a retry at most.
    const age = Math.abs(time - since);
    return phase === "reserved" ? age >= ABANDONED : phase === "asking" && age >= ABANDONED_QUESTION;
  });
}

/** Gives back the reservations of processes that have probably ended. If one has not, it can no longer send. */
export async function releaseAbandoned(context: ToolboxContext): Promise<void> {
  await context.ledger.transact((state) => ({
    entries: findAbandoned(context, state).map((one) => released(one, "its process has ended")),
    result: undefined,
  }));
}

/** The entry of a reservation that is given back: nothing was sent, and the call may run again. */
export function released({ callId, attempt }: Pick<CallRecord, "callId" | "attempt">, why: string): Draft {
  return { kind: "released", callId, data: { attempt, why } };
}

/** Sends an order once. The journal has its record before the request leaves. */
export async function sendOrder(context: ToolboxContext, call: Call, isHalting = false): Promise<Outcome> {
  const { client, ledger } = context;
  const check = (state: LedgerState): void => {
    if (!isCurrent(state, call)) throw new Refusal(inProgress(state.calls.get(call.callId)));
    const problem = isHalting ? undefined : refusalNow(context, state);
    if (problem !== undefined) throw new Refusal(problem);
    const days = state.calls.get(call.callId)?.order?.days;
    if (!isHalting && days?.includes(dayOf(context.now())) === false) throw new Refusal(reservedForOtherDay());
  };
  try {
    const placed = await requestAboutOrders(
      client,
      call.endpoint,
      call.input,
      { signal: call.signal },
      async (intent) => {
        await ledger.transact((state) => {
          check(state);
          const data = { attempt: call.attempt, intent: withoutKnown(state, intent) };
          return { entries: [{ kind: "sending", callId: call.callId, data }], result: undefined };
        });
        check(ledger.state);
      },
    );
    return await settlePlaced(context, call, placed as PlacedOrder);
  } catch (error) {
    if (error instanceof OrderOutcomeUnknownError) return markUnknown(context, call, error);
    return releaseFailed(context, call, error);
  }
}

/** A search adds the orders that the journal knows to be others', so their IDs need not be in every record. */
function withoutKnown({ owners }: LedgerState, intent: OrderIntent): JsonObject {
  return { ...intent, otherOrders: intent.otherOrders.filter((orderId) => !owners.has(orderId)) };
}

async function settlePlaced(context: ToolboxContext, call: Call, placed: PlacedOrder): Promise<Outcome> {
  const { ledger } = context;
  const result: Outcome = { ok: true, ...shapeResult(call.endpoint.name, placed) };
  try {
    await ledger.transact((state) => {
      const draft = orderSettled(call, placed, result, true);
      // A search took this order for an equal one of another call, whose outcome is unknown again.
      const owner = state.calls.get(state.owners.get(placed.orderId) ?? "");
      const reopened =
        owner === undefined || owner.callId === call.callId
          ? []
          : [{ kind: "unknown", callId: owner.callId, data: { attempt: owner.attempt, reopened: true } }];
      return { entries: [...reopened, draft], result: undefined };
    });
    if (placed.status === "pending") await cancelAfterHalt(context, placed.orderId);
  } catch {
    // The order is placed. The journal has its record, so a later call settles it.
  }
  return result;
}

/** Keeps the reservation of an order that may have been executed. */
async function markUnknown(
  { ledger }: ToolboxContext,
  call: Call,
  unknown: OrderOutcomeUnknownError,
): Promise<Outcome> {
  const error = toToolError(unknown);
  try {
    return await ledger.transact<Outcome>((state) => {
      if (!isCurrent(state, call)) return { entries: [], result: knownOutcome(state, call) };
      const data = { attempt: call.attempt, intent: withoutKnown(state, unknown.record), cause: error.message };
      return { entries: [{ kind: "unknown", callId: call.callId, data }], result: { ok: false, error } };
    });
  } catch {
    return { ok: false, error };
  }
}

/** Any other error means that the order was not executed. */
async function releaseFailed(context: ToolboxContext, call: Call, problem: unknown): Promise<Outcome> {
  const error = problem instanceof Refusal ? problem.error : toToolError(problem);
  const isTakenOver = problem instanceof Refusal && error.code === "CALL_IN_PROGRESS";
  if (isTakenOver) return knownOutcome(context.ledger.state, call);
  try {
    return await release(context, call, { ok: false, error });
  } catch (failure) {
    if (!isAgentExchangeError(failure)) throw failure;
    return { ok: false, error };
  }
}

/** Its reservation says nothing about the limits of today. */
function reservedForOtherDay(): ToolError {
  return toolError(
    "APPROVAL_EXPIRED",
    "The order waited for more than a day; it was not sent.",
    "If it is still wanted, call again with a new call ID.",
  );
}

/** The refusal of an order for a pair that the mandate does not allow. */
export function refuseSymbol({ mandate }: ToolboxContext, { symbol }: PlannedOrder): ToolError | undefined {
  if (mandate === undefined || mandate.symbols.has(symbol)) return undefined;
  const allowed = [...mandate.symbols].slice(0, 20).join(", ");
  return toolError(
    "SYMBOL_NOT_ALLOWED",
    `The mandate does not allow ${symbol}; it allows ${allowed}.`,
    "Trade one of the allowed symbols.",
    { details: { symbol, allowed: [...mandate.symbols].slice(0, 100) } },
  );
}

function noMandate(): ToolError {
  return toolError("NO_MANDATE", "This toolbox has no mandate.", "Tell the person that this needs a mandate.");
}

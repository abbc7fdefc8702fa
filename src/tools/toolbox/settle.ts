import type { Order } from "../../endpoints/index.ts";
import type { Decimal } from "../../wire/index.ts";
import type { JsonObject } from "../json.ts";
import { toolError } from "./failure.ts";
import { inProgress, isCurrent } from "./checks.ts";
import type { Call, Outcome, ToolboxContext } from "./context.ts";
import type { Draft } from "./ledger.ts";
import { executedValue } from "./snapshot.ts";
import { dayOf, type CallRecord, type LedgerState } from "./state.ts";

/** The fields that placed orders and orders of a list have in common. */
interface AnyOrder {
  readonly orderId: string;
  readonly status: string;
  readonly side: "buy" | "sell";
  readonly executedPrice: Decimal | null;
  readonly executedQuantity: Decimal | null;
  readonly fee: Decimal | null;
  readonly filledAt: Date | null;
  readonly createdAt: Date | null;
}

/** The entry with which an order's outcome becomes known. */
export function orderSettled(
  record: Pick<CallRecord, "callId" | "attempt">,
  order: AnyOrder,
  result: Outcome,
  certain: boolean,
): Draft {
  const time = order.filledAt ?? order.createdAt;
  const isPending = order.status === "pending" || order.status === "partially_filled";
  const executed = executedValue(order as Order);
  return {
    kind: "settled",
    callId: record.callId,
    data: {
      attempt: record.attempt,
      outcome: isPending ? "pending" : executed.isZero() ? "released" : "filled",
      orderId: order.orderId,
      status: order.status,
      ...(isPending || executed.isZero() ? {} : { value: executed.toFixed() }),
      ...(time === null ? {} : { day: dayOf(time.getTime()) }),
      ...(certain ? { certain } : {}),
      result: outcomeJson(result),
    },
  };
}

/** The entry of a call that has no order: nothing was sent, or it was rejected, or it was a write. */
export function settledDraft(record: Pick<CallRecord, "callId" | "attempt">, outcome: string, result: Outcome): Draft {
  const { callId, attempt } = record;
  return { kind: "settled", callId, data: { attempt, outcome, result: outcomeJson(result) } };
}

/** Settles a call whose order was not executed. Its reservation is released. */
export async function release({ ledger }: ToolboxContext, call: Call, result: Outcome): Promise<Outcome> {
  return ledger.transact((state) =>
    isCurrent(state, call)
      ? { entries: [settledDraft(call, "released", result)], result }
      : { entries: [], result: knownOutcome(state, call) },
  );
}

/** The outcome of a call that another run has settled, or goes on with. */
export function knownOutcome({ calls }: LedgerState, { callId }: Pick<Call, "callId">): Outcome {
  const record = calls.get(callId);
  return record?.phase === "done" ? outcomeOf(record) : { ok: false, error: inProgress(record) };
}

/** The outcome that the journal has of a call. */
export function outcomeOf({ result }: CallRecord): Outcome {
  if (result?.["ok"] === true || (result?.["ok"] === false && typeof result["error"] === "object"))
    return result as unknown as Outcome;
  return {
    ok: false,
    error: toolError(
      "OUTCOME_NOT_RECORDED",
      "The call ended, but its result is not in the journal.",
      "Look at orders and account before you do it again.",
    ),
  };
}

function outcomeJson(result: Outcome): JsonObject {
  return result.ok
    ? { ok: true, data: result.data, ...(result.more === undefined ? {} : { more: result.more }) }
    : { ok: false, error: { ...result.error } as JsonObject };
}

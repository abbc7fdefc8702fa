import type { CallReport } from "../types.ts";
import type { ToolboxContext } from "./context.ts";
import { linkSignals } from "./linkSignals.ts";
import { releaseAbandoned } from "./orders.ts";
import { cancelFound, reconcileOpen } from "./reconcileOpen.ts";
import { outcomeOf } from "./settle.ts";
import { isUnsent, type CallRecord, type LedgerState } from "./state.ts";

/** Finds out about all orders whose outcome is unknown. Resolves to those that still are: {@link Toolbox.reconcile}. */
export async function reconcileAll(
  context: ToolboxContext,
  signal: AbortSignal | undefined,
): Promise<readonly CallReport[]> {
  const link = linkSignals(context.closing, signal);
  try {
    await releaseAbandoned(context);
    const wereOpen = new Set(context.ledger.state.open.keys());
    await reconcileOpen(context, link.signal);
    await cancelFound(context, wereOpen);
  } finally {
    link.dispose();
  }
  return unknownOrders(await context.ledger.sync());
}

/** The orders that may have been executed, oldest first. */
export function unknownOrders({ open }: LedgerState): readonly CallReport[] {
  return [...open.values()].filter((call) => call.reserved !== null && !isUnsent(call)).map(reportOf);
}

/** What the journal has of a call: {@link Toolbox.lookUp}. */
export async function lookUp({ ledger }: ToolboxContext, callId: string): Promise<CallReport | null> {
  const record = (await ledger.sync()).calls.get(callId);
  return record === undefined ? null : reportOf(record);
}

export function reportOf(record: CallRecord): CallReport {
  const { callId, tool, reserved, phase, time } = record;
  return {
    callId,
    tool,
    symbol: reserved?.symbol ?? null,
    state: phase === "done" ? "done" : isUnsent(record) ? "unsent" : "unknown",
    result: phase === "done" ? { ...outcomeOf(record), callId } : null,
    time: new Date(time).toISOString(),
  };
}

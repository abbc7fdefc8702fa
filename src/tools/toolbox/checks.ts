import type { JsonObject } from "../json.ts";
import type { ToolError } from "../types.ts";
import type { Call, ToolboxContext } from "./context.ts";
import { closedError, toolError } from "./failure.ts";
import type { CallRecord, LedgerState } from "./state.ts";

/** Why no call with an effect may go on now: mandate, halt, or the end of the toolbox. */
export function refusalNow(context: ToolboxContext, state: LedgerState): ToolError | undefined {
  const { mandate, halting } = context;
  if (context.closing.aborted) return closedError();
  if (mandate === undefined)
    return toolError(
      "NO_MANDATE",
      "This toolbox has no mandate, so it only reads.",
      "Tell the person that this needs a mandate.",
    );
  if (context.now() >= mandate.until)
    return toolError(
      "MANDATE_EXPIRED",
      `The mandate ended at ${mandate.given.until}.`,
      "Tell the person that the mandate has ended.",
    );
  const halt = halting.local ?? state.halted;
  if (halt !== null) return haltedError(halt);
  return halting.isUnattended() ? haltedError({ reason: "the dead man's timer ran out" }) : undefined;
}

export function haltedError({ reason }: { readonly reason: string }): ToolError {
  return toolError(
    "HALTED",
    `The toolbox is halted (${reason}); only reads run.`,
    "Tell the person. Only a person can resume the toolbox.",
  );
}

/** Whether this run may go on with its call. Another process that runs the same call may have taken over. */
export function isCurrent(state: LedgerState, { callId, attempt }: Call): boolean {
  const record = state.calls.get(callId);
  return record !== undefined && record.phase !== "done" && record.attempt === attempt;
}

/** What the result of a call is when another run goes on with it. */
export function inProgress(record: CallRecord | undefined): ToolError {
  return toolError(
    "CALL_IN_PROGRESS",
    `Another process runs this call${record === undefined ? "" : ` (${record.phase})`}.`,
    "Call again with the same call ID to get its outcome.",
    { retryable: true },
  );
}

/** What every entry about a call says. */
export function describeCall({ endpoint, digest, input, attempt, reason }: Call): JsonObject {
  return { tool: endpoint.name, digest, input, attempt, ...(reason === undefined ? {} : { reason }) };
}

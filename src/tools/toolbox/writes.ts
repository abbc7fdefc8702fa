import { requestAboutOrders } from "../../client/index.ts";
import { getOrder } from "../../endpoints/trading/index.ts";
import { callOperation } from "../catalogue/callOperation.ts";
import { toToolError } from "../errors/toToolError.ts";
import { shapeResult } from "../results/shapeResult.ts";
import { describeCall, refusalNow } from "./checks.ts";
import type { Call, Outcome, ToolboxContext } from "./context.ts";
import { Refusal } from "./failure.ts";
import type { Draft } from "./ledger.ts";
import { released } from "./orders.ts";
import { knownOutcome, settledDraft } from "./settle.ts";
import { closedDraft } from "./snapshot.ts";
import { isUnsent } from "./state.ts";

/**
 * Runs a cancellation, or another write without an order: once, and recorded before it is sent.
 *
 * @throws Refusal if it was not sent
 */
export async function runWrite(context: ToolboxContext, call: Call): Promise<Outcome> {
  const { ledger } = context;
  const known = await ledger.transact<Outcome | undefined>((state) => {
    const record = state.calls.get(call.callId);
    if (record !== undefined && !isUnsent(record)) return { entries: [], result: knownOutcome(state, call) };
    const refusal = refusalNow(context, state);
    if (refusal !== undefined) throw new Refusal(refusal);
    const { callId, attempt } = call;
    return {
      entries: [
        ...(record === undefined ? [] : [released(record, "another run took over")]),
        { kind: "reserved", callId, data: describeCall(call) },
        { kind: "sending", callId, data: { attempt } },
      ],
      result: undefined,
    };
  });
  if (known !== undefined) return known;
  // It may have been halted while the journal was written.
  const refusal = refusalNow(context, ledger.state);
  const outcome: Outcome = refusal === undefined ? await send(context, call) : { ok: false, error: refusal };
  const end = await endOfOrder(context, call, outcome);
  try {
    await ledger.transact(({ resting }) => ({
      entries: [
        settledDraft(call, outcome.ok ? "done" : "failed", outcome),
        ...end.filter(({ data: { orderId } }) => typeof orderId === "string" && resting.has(orderId)),
      ],
      result: undefined,
    }));
  } catch {
    // The caller gets the result in any case. The same call then finds that its outcome was not recorded.
  }
  return outcome;
}

async function send({ client }: ToolboxContext, { endpoint, input, signal }: Call): Promise<Outcome> {
  try {
    return { ok: true, ...shapeResult(endpoint.name, await callOperation(client, endpoint.name, input, { signal })) };
  } catch (error) {
    return { ok: false, error: toToolError(error) };
  }
}

/** A cancelled order counts only by what it has cost before. If that is not known, it keeps counting until it is. */
async function endOfOrder(context: ToolboxContext, call: Call, outcome: Outcome): Promise<readonly Draft[]> {
  const { client, ledger } = context;
  const { endpoint, input, signal } = call;
  const orderId = input["orderId"];
  if (endpoint.name !== "cancelOrder" || !outcome.ok || typeof orderId !== "string") return [];
  if (!ledger.state.resting.has(orderId)) return [];
  try {
    return [closedDraft(await requestAboutOrders(client, getOrder, { orderId }, { signal }))];
  } catch {
    return [];
  }
}

import { endpointsByName } from "../catalogue/endpoints.ts";
import { valueOrder } from "../preview/estimateOrder.ts";
import { planOrder, type PlannedOrder } from "../preview/plannedOrder.ts";
import type { Decimal } from "../../wire/index.ts";
import type { ApprovalRequest, RunOptions } from "../types.ts";
import { isAboveLimit, makeRequest, validQuestion } from "./approval.ts";
import type { ToolboxContext } from "./context.ts";
import { refusalNow } from "./checks.ts";
import { checkLimits } from "./limits.ts";
import { refuseSymbol } from "./orders.ts";
import { parseInput } from "./parseInput.ts";
import { takeSnapshot } from "./snapshot.ts";
import { reservedValue } from "./reservedValue.ts";
import { digestOf } from "./digest.ts";

/**
 * The request that a valid call would need approved now. Null also if the call cannot be judged, since `run` decides again.
 * With a call ID, the request is recorded and stays the same until it expires.
 */
export async function needsApproval(
  context: ToolboxContext,
  names: ReadonlySet<string>,
  name: string,
  input: unknown,
  { callId, signal }: RunOptions = {},
): Promise<ApprovalRequest | null> {
  const { client, ledger, policy, closing } = context;
  const endpoint = names.has(name) ? endpointsByName.get(name) : undefined;
  if (endpoint?.effect !== "order" || policy === undefined) return null;
  const parsed = parseInput(endpoint, input);
  if (parsed.error !== undefined) return null;
  const digest = digestOf(name, parsed.input);
  try {
    const state = await ledger.sync();
    if (callId !== undefined) {
      if (state.calls.get(callId)?.phase === "done") return null;
      const question = validQuestion(context, state, callId, digest);
      if (question !== undefined) return question;
    }
    const value = reservedValue(await valueOrder(client, name, parsed.input, signal ?? closing));
    if (!isAboveLimit(policy, value)) return null;
    const order = planOrder(name, parsed.input);
    if (await isRefused(context, order, value, signal ?? closing)) return null;
    const request = makeRequest(context, { endpoint, input: parsed.input }, order, value);
    if (callId === undefined) return request;
    return await ledger.transact((newest) => {
      const question = validQuestion(context, newest, callId, digest);
      if (question !== undefined) return { entries: [], result: question };
      return { entries: [{ kind: "question", callId, data: { digest, request: { ...request } } }], result: request };
    });
  } catch {
    return null;
  }
}

/** Whether `run` would refuse the order in any case: a person is not asked in vain. */
async function isRefused(
  context: ToolboxContext,
  order: PlannedOrder,
  value: Decimal,
  signal: AbortSignal,
): Promise<boolean> {
  const { ledger, mandate } = context;
  const refusal = refusalNow(context, ledger.state) ?? refuseSymbol(context, order);
  if (mandate === undefined || refusal !== undefined) return true;
  const verdict = checkLimits(ledger.state, mandate, await takeSnapshot(context, order, signal), order, value);
  return verdict.isDrawdown || verdict.error !== undefined;
}

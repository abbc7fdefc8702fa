import { toPlain } from "../../client/index.ts";
import { markSimulated, runOnFork, simulateOrder, type ForkableExchange } from "../dryRun.ts";
import { callOperation } from "../catalogue/callOperation.ts";
import { capsAfter } from "../preview/caps.ts";
import { estimateOrder, valueOrder } from "../preview/estimateOrder.ts";
import { planOrder, type PlannedOrder } from "../preview/plannedOrder.ts";
import { shapeResult } from "../results/shapeResult.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { ToolError } from "../types.ts";
import { isAboveLimit } from "./approval.ts";
import { describeCall, haltedError, refusalNow } from "./checks.ts";
import type { Call, Outcome, ToolboxContext } from "./context.ts";
import { Refusal } from "./failure.ts";
import { checkLimits, type Verdict } from "./limits.ts";
import { refuseSymbol } from "./orders.ts";
import { reservedValue } from "./reservedValue.ts";
import { takeSnapshot, type Snapshot } from "./snapshot.ts";
import type { Decimal } from "../../wire/index.ts";

/** What an order would do now, and what the mandate says to it. Nothing is reserved or sent. */
export async function previewOrder(context: ToolboxContext, call: Call): Promise<Outcome> {
  const { client, ledger, mandate, policy } = context;
  const { endpoint, input, signal } = call;
  const order = planOrder(endpoint.name, input);
  const refusal = refusalNow(context, await ledger.sync()) ?? refuseSymbol(context, order);
  const snapshot = mandate === undefined ? undefined : await takeSnapshot(context, order, signal);
  const estimate = await estimateOrder(client, endpoint.name, input, signal);
  const value = reservedValue(estimate);
  const verdict = judge(context, order, value, snapshot);
  const error = refusal ?? verdict?.error;
  const data: Record<string, JsonValue> = {
    ...(toPlain(estimate) as unknown as JsonObject),
    allowed: error === undefined,
    needsApproval: isAboveLimit(policy, value),
    limits: verdict === undefined ? [] : capsOf(context, value, verdict),
  };
  if (error !== undefined) data["refusal"] = { ...error } as JsonObject;
  return { ok: true, data };
}

/**
 * Runs a call with an effect without it: on a fork of an embedded exchange, or computed. It is checked like the real one.
 *
 * @throws Refusal as the real call would be refused
 */
export async function simulateCall(
  context: ToolboxContext,
  call: Call,
  exchange: ForkableExchange | undefined,
): Promise<Outcome> {
  const { client, ledger } = context;
  const { endpoint, input, signal } = call;
  const refusal = refusalNow(context, await ledger.sync());
  if (refusal !== undefined) throw new Refusal(refusal);
  if (endpoint.effect === "order") await checkOrder(context, call);
  const data =
    exchange !== undefined
      ? await runOnFork(client, exchange, async (copy) => {
          const { data: result } = shapeResult(
            endpoint.name,
            await callOperation(copy, endpoint.name, input, { signal }),
          );
          return markSimulated(result);
        })
      : endpoint.effect === "order"
        ? await simulateOrder(client, endpoint.name, input, signal)
        : markSimulated(null);
  const outcome: Outcome = { ok: true, data };
  ledger.note({ kind: "simulated", callId: call.callId, data: { ...describeCall(call), result: data } });
  return outcome;
}

async function checkOrder(context: ToolboxContext, { endpoint, input, signal }: Call): Promise<void> {
  const order = planOrder(endpoint.name, input);
  const refusal = refuseSymbol(context, order);
  if (refusal !== undefined) throw new Refusal(refusal);
  const snapshot = await takeSnapshot(context, order, signal);
  const value = reservedValue(await valueOrder(context.client, endpoint.name, input, signal));
  const error = judge(context, order, value, snapshot)?.error;
  if (error !== undefined) throw new Refusal(error);
}

function judge(
  { mandate, ledger }: ToolboxContext,
  order: PlannedOrder,
  value: Decimal,
  snapshot: Snapshot | undefined,
): (Verdict & { readonly error: ToolError | undefined }) | undefined {
  if (mandate === undefined || snapshot === undefined) return undefined;
  const verdict = checkLimits(ledger.state, mandate, snapshot, order, value);
  const reason = `the drawdown reached ${mandate.maxDrawdownPct?.toFixed()} %`;
  return verdict.isDrawdown ? { ...verdict, error: haltedError({ reason }) } : verdict;
}

/** The limits that the order counts towards, the nearest first. */
function capsOf({ mandate }: ToolboxContext, value: Decimal, { counts, before }: Verdict): JsonValue {
  if (mandate === undefined || !counts) return [];
  return toPlain(capsAfter(value, mandate.given, { exposure: "0", ...before }));
}

import { Exact, type Decimal } from "../../wire/index.ts";
import { toToolError } from "../errors/toToolError.ts";
import type { JsonObject } from "../json.ts";
import type { ApprovalRequest, ToolError } from "../types.ts";
import { askPerson } from "./askPerson.ts";
import { inProgress, isCurrent } from "./checks.ts";
import type { Call, CheckedPolicy, ToolboxContext } from "./context.ts";
import { isSinceHalt } from "./approvals.ts";
import { toolError } from "./failure.ts";
import { valueOrder } from "../preview/estimateOrder.ts";
import type { PlannedOrder } from "../preview/plannedOrder.ts";
import { isBounded } from "./reservedValue.ts";
import { describeOrder } from "./describeOrder.ts";
import type { LedgerState } from "./state.ts";

/** How an order may go on: not at all, or later with the approval of a request. */
export type ApprovalOutcome =
  | { readonly error: ToolError; readonly request?: undefined }
  | { readonly request: ApprovalRequest; readonly isRepeated: boolean; readonly error?: undefined };

/**
 * Gets the approval of an order that needs one, and burns it. Undefined if the order may go on.
 *
 * @throws AgentExchangeError if the journal fails
 */
export async function seekApproval(
  context: ToolboxContext,
  call: Call,
  terms: PlannedOrder,
  value: Decimal,
): Promise<ApprovalOutcome | undefined> {
  const { policy, approvals, ledger } = context;
  if (policy === undefined) return undefined;
  const { endpoint, input, callId } = call;
  const isNeeded = isAboveLimit(policy, value);
  if (call.approval !== undefined) {
    const nonce = approvals.check(call.approval, endpoint.name, input);
    // Even if the price has fallen and it is no longer needed, so that it cannot be used for another order.
    if (nonce !== undefined) return burn(context, call, nonce);
    return isNeeded ? { error: invalidApproval() } : undefined;
  }
  if (!isNeeded) return undefined;
  const question = validQuestion(context, ledger.state, callId, call.digest);
  if (policy.ask === undefined)
    return question === undefined
      ? { request: makeRequest(context, call, terms, value), isRepeated: false }
      : { request: question, isRepeated: true };
  const request = makeRequest(context, call, terms, value);
  const nonce = nonceOf(request);
  const problem =
    (await mark(context, call, "asking", {})) ??
    (await askPerson(context, policy, call, request)) ??
    (await priceProblem(context, call, terms, value));
  return problem === undefined ? burn(context, call, nonce) : { error: problem };
}

/** Why the price at which a person was asked is no longer the one to reserve for: a person can take minutes. */
async function priceProblem(
  { client }: ToolboxContext,
  { endpoint, input, signal }: Call,
  terms: PlannedOrder,
  value: Decimal,
): Promise<ToolError | undefined> {
  if (terms.side === "sell" || isBounded(terms)) return undefined;
  try {
    const { worstCase } = await valueOrder(client, endpoint.name, input, signal);
    return worstCase.gt(value) ? priceMoved(worstCase, value) : undefined;
  } catch (problem) {
    return toToolError(problem);
  }
}

/** The request that a framework has already shown to a person for this call; undefined if there is none. */
export function validQuestion(
  { approvals }: ToolboxContext,
  state: LedgerState,
  callId: string,
  digest: string,
): ApprovalRequest | undefined {
  const question = state.questions.get(callId);
  if (question === undefined || question.digest !== digest) return undefined;
  const request = question.request as unknown as ApprovalRequest;
  if (!approvals.isValid(request) || !isSinceHalt(nonceOf(request), state)) return undefined;
  return { ...request, input: { ...request.input } };
}

export function makeRequest(
  { approvals, ledger }: ToolboxContext,
  { endpoint, input }: Pick<Call, "endpoint" | "input">,
  terms: PlannedOrder,
  value: Decimal,
): ApprovalRequest {
  return approvals.request(endpoint.name, input, value.toFixed(), describeOrder(terms, value), ledger.state.resumes);
}

/** Whether orders of this value need an approval. */
export function isAboveLimit(policy: CheckedPolicy | undefined, value: Decimal): boolean {
  return policy !== undefined && value.gt(policy.above);
}

/** Uses an approval up: the journal lets only one call do this. */
async function burn(context: ToolboxContext, call: Call, nonce: string): Promise<ApprovalOutcome | undefined> {
  const error = await context.ledger.transact<ToolError | undefined>((state) => {
    if (!isCurrent(state, call)) return { entries: [], result: inProgress(state.calls.get(call.callId)) };
    if (!isSinceHalt(nonce, state)) return { entries: [], result: invalidApproval() };
    if (state.burnt.has(nonce)) return { entries: [], result: usedApproval() };
    const data = { attempt: call.attempt, nonce };
    return { entries: [{ kind: "approved", callId: call.callId, data }], result: undefined };
  });
  return error === undefined ? undefined : { error };
}

async function mark(
  { ledger }: ToolboxContext,
  call: Call,
  kind: string,
  data: JsonObject,
): Promise<ToolError | undefined> {
  return ledger.transact<ToolError | undefined>((state) =>
    isCurrent(state, call)
      ? { entries: [{ kind, callId: call.callId, data: { attempt: call.attempt, ...data } }], result: undefined }
      : { entries: [], result: inProgress(state.calls.get(call.callId)) },
  );
}

function nonceOf({ id }: ApprovalRequest): string {
  return id.split(".")[0] ?? "";
}

function invalidApproval(): ToolError {
  return toolError(
    "APPROVAL_INVALID",
    "The approval is not one for this tool, input and toolbox, or it has expired, or the toolbox was halted since; nothing was sent.",
    "Call again without an approval and with a new call ID, so that a person is asked.",
  );
}

function priceMoved(worstCase: Decimal, value: Decimal): ToolError {
  const [now, approved] = [worstCase, value].map((amount) => amount.toFixed(2, Exact.ROUND_UP));
  return toolError(
    "PRICE_MOVED",
    `The order would now be worth up to ${now} USDT, more than the ${approved} USDT that were approved; it was not sent.`,
    "If it is still wanted, call again with a new call ID, so that a person is asked again.",
  );
}

function usedApproval(): ToolError {
  return toolError(
    "APPROVAL_USED",
    "The approval has already been used; it is valid for one order. Nothing was sent.",
    "If another order is wanted, call again without an approval and with a new call ID.",
  );
}

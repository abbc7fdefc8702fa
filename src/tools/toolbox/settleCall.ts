import { invalid, type Order } from "../../endpoints/index.ts";
import { OrderOutcomeUndecidedError } from "../../transport/index.ts";
import type { CallReport, SettleDecision } from "../types.ts";
import { reportOf } from "./callReports.ts";
import type { ToolboxContext } from "./context.ts";
import { linkSignals } from "./linkSignals.ts";
import { searchOrder, settleFound } from "./reconcileOpen.ts";
import { isUnsent } from "./state.ts";

const MAX_NAME = 200;

/** Settles an order by a person's decision where a search finds several that can be it: {@link Toolbox.settle}. */
export async function settleCall(
  context: ToolboxContext,
  callId: string,
  { orderId, by, signal }: SettleDecision,
): Promise<CallReport> {
  check(orderId === null || typeof orderId === "string", "orderId", "must be the ID of an order, or null for none");
  const isName = typeof by === "string" && by.trim() !== "" && by.length <= MAX_NAME;
  check(isName, "by", `must name the person who decides, in up to ${MAX_NAME} characters`);
  const record = (await context.ledger.sync()).calls.get(callId);
  if (record === undefined) throw problem("callId", "is not in the journal");
  if (record.phase === "done") return reportOf(record);
  const { intent } = record;
  if (intent === null || isUnsent(record)) throw problem("callId", "is not of an order that may have been executed");
  check(!context.running.has(record.attempt), "callId", "is still running in this toolbox");
  const link = linkSignals(context.closing, signal);
  try {
    await searchOrder(context, record, intent, link.signal);
  } catch (error) {
    if (!(error instanceof OrderOutcomeUndecidedError)) throw error;
    await settleFound(context, record, orderId === null ? null : candidate(error, orderId), by);
  } finally {
    link.dispose();
  }
  return reportOf((await context.ledger.sync()).calls.get(callId) ?? record);
}

function candidate({ candidates }: OrderOutcomeUndecidedError, orderId: string): Order {
  const order = candidates.find((one) => one.orderId === orderId);
  if (order !== undefined) return order;
  throw problem(
    "orderId",
    `must be one of ${candidates.map((one) => one.orderId).join(", ")}, or null for none of them`,
  );
}

function check(isValid: boolean, field: string, message: string): void {
  if (!isValid) throw problem(field, message);
}

const problem = (field: string, message: string): Error => invalid("settle", [{ field, message }]);

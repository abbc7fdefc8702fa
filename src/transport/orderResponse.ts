import type { PlacedOrder } from "../endpoints/index.ts";
import type { Reply } from "./fetchReply.ts";
import { matchKey } from "./matchKey.ts";
import type { Submission, Submissions } from "./submissions.ts";

/** The response header by which a server shows that it honors `Idempotency-Key`. */
export const REPLAYED_HEADER = "idempotency-replayed";
/** The response header of a gateway of this package. It keeps the response to a key before it replies. */
export const GATEWAY_HEADER = "x-agentexchange-gateway";

/** Claims the order of a response for its submission. Returns why it cannot be that submission's order, else undefined. */
export function claimPlacedOrder(
  submissions: Submissions,
  submission: Submission,
  order: PlacedOrder,
): string | undefined {
  const { orderId, status, symbol, side, type, requestedQuantity, quantity, price } = order;
  const requested = requestedQuantity ?? quantity;
  if (matchKey({ symbol, side, type, quantity: requested ?? "0", price }) !== submission.matchKey)
    return `the response is about another order (${side} ${requested?.toFixed()} ${symbol}, ${type})`;
  if (status !== (type === "market" ? "filled" : "pending"))
    return `the response has an unexpected status, "${status}"`;
  if (!submissions.isFree(orderId, submission) || !submissions.claim(submission, orderId))
    return `the response names order ${orderId}, which existed before or belongs to another call`;
  return undefined;
}

/** Whether a response to an idempotency key is final: every later request with that key gets the same one. */
export function isFinalForKey(reply: Reply): boolean {
  const { status } = reply;
  return reply.header(REPLAYED_HEADER) !== null && status < 500 && ![401, 403, 408, 425, 429, 499].includes(status);
}

/** Whether a status says that the order was not executed. */
export function isRejection(status: number): boolean {
  // Proxies send 408 and 499 when they stop waiting, and a redirect to a page (302, 303) can follow the execution.
  return status !== 408 && status !== 499 && status < 500 && (status >= 400 || [301, 307, 308].includes(status));
}

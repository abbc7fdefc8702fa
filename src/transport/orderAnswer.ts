import type { PlacedOrder } from "../endpoints/index.ts";
import type { Reply } from "./attempt.ts";
import { matchKey, type Submission, type Submissions } from "./submissions.ts";

/** The answer's header by which a server shows that it honours `Idempotency-Key`. */
export const REPLAYED_HEADER = "idempotency-replayed";

/** Why an answer cannot be this order's; undefined if it is, which claims the order. */
export function claimAnswer(submissions: Submissions, submission: Submission, answer: PlacedOrder): string | undefined {
  const { orderId, status, symbol, side, type, requestedQuantity, quantity, price } = answer;
  if (matchKey(symbol, side, type, requestedQuantity ?? quantity ?? 0, price) !== submission.matchKey)
    return `the response is about another order (${side} ${(requestedQuantity ?? quantity)?.toFixed()} ${symbol}, ${type})`;
  if (status !== (type === "market" ? "filled" : "pending"))
    return `the response has an unexpected status, "${status}"`;
  if (!submissions.isFree(orderId, submission) || !submissions.claim(submission, orderId))
    return `the response names order ${orderId}, which existed before or belongs to another call`;
  return undefined;
}

/** Whether an answer to a keyed order is final for its key: a request that arrives later gets the same. */
export function isFinalForKey(reply: Reply): boolean {
  const { status } = reply;
  return reply.header(REPLAYED_HEADER) !== null && status < 500 && ![401, 403, 408, 425, 429, 499].includes(status);
}

/** Whether an answer's status says that the order was not executed. */
export function isRefusal(status: number): boolean {
  // 408 and 499 come from proxies that waited in vain or gave up; redirects to a page (302, 303) can follow the deed.
  return status !== 408 && status !== 499 && status < 500 && (status >= 400 || [301, 307, 308].includes(status));
}

import type { Reply } from "./fetchReply.ts";
import { isLimited } from "./limiter.ts";
import { readReplyHeaders } from "./replyHeaders.ts";
import type { RequestState } from "./requestState.ts";
import type { Slot } from "./slot.ts";

/** Learns the remaining rate limit and the platform's clock from a response's headers. */
export function learnFromHeaders(
  { config, session, endpoint }: RequestState,
  reply: Reply,
  slot: Slot,
  sentAt: number,
): void {
  const { serverTime, orderClock, sign } = session;
  const receivedAt = config.clock.elapsed();
  const isDue = orderClock.isDue(receivedAt);
  // Responses about market data have no such headers, and reading them takes time on the fastest path.
  if (!isLimited(endpoint.tier) && sign === undefined && !isDue) return;
  const headers = readReplyHeaders((name) => reply.header(name), serverTime.now());
  serverTime.observe(headers, sentAt, receivedAt);
  if (isDue && (headers.date !== null || headers.resetSeconds !== undefined))
    orderClock.observeOffset(serverTime.earliest(0), receivedAt);
  slot.settle(headers);
}

/** Learns the exchange's own clock, and ids of orders that exist, from a decoded response. */
export function learnFromResult({ config, session, endpoint }: RequestState, value: unknown): void {
  const evidence = endpoint.evidence?.(value);
  if (evidence === undefined) return;
  const { serverTime, orderIds } = evidence;
  if (serverTime) session.orderClock.observeStamp(serverTime.getTime(), config.clock.elapsed());
  if (orderIds !== undefined) session.orders?.submissions.markSeen(orderIds);
}

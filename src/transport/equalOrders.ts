import { getAllPrices, listOrders, type Order } from "../endpoints/index.ts";
import { isAgentExchangeError } from "../errors/index.ts";
import { matchKey } from "./matchKey.ts";
import type { EarliestTime } from "./orderClock.ts";
import { callOptions, freeOrders, type OrderSearch } from "./orderSearch.ts";
import type { Submission } from "./submissions.ts";

const PAGE_SIZE = 100;

/** Reads the orders that look like the submission's and that no other call is known to own, oldest first. */
export async function findEqualOrders(search: OrderSearch): Promise<readonly Order[]> {
  const { clock, orderClock, submission } = search;
  const { symbol } = submission;
  const equal = new Map<string, Order>();
  for (let offset = 0; ; offset += PAGE_SIZE) {
    const query = { symbol, limit: PAGE_SIZE, offset };
    const orders = await search.request(listOrders, query, callOptions(search));
    const [newest] = orders;
    if (newest !== undefined && offset === 0)
      orderClock.observeEarlierStamp(newest.createdAt.getTime(), clock.elapsed());
    for (const order of orders) if (matchKey(order) === submission.matchKey) equal.set(order.orderId, order);
    const oldest = orders.at(-1);
    if (oldest === undefined || orders.length < PAGE_SIZE) break;
    if (!orderClock.isStampedSince(submission.lastSentAt ?? 0)) await readServerClock(search);
    // Newest first, so all further orders are older still.
    if (isTooOld(search, oldest)) break;
  }
  return freeOrders(search, [...equal.values()]).toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

/** Whether an order is older than any that this submission or an equal one can have placed, judging by the clocks. */
function isTooOld(search: OrderSearch, order: Order): boolean {
  const { submissions, submission } = search;
  const earliest = [submission, ...submissions.unknown(submission)].map(
    (each) => earliestOrderTime(search, each)?.time ?? -Infinity,
  );
  return order.createdAt.getTime() < Math.min(...earliest);
}

/** The earliest creation time that a submission's order can have, by the exchange's clock. Undefined if it is not known. */
export function earliestOrderTime(
  { orderClock }: Pick<OrderSearch, "orderClock">,
  { isOwn, intent, firstSentAt }: Submission,
): EarliestTime | undefined {
  if (isOwn) return orderClock.earliest(firstSentAt ?? 0);
  return intent.notBefore === null ? undefined : { time: Date.parse(intent.notBefore), isCertain: true };
}

/** Makes the exchange stamp a response, so that its clock is known as it is now. If the call fails, it stays unknown. */
export async function readServerClock({ request, submission, deadline }: OrderSearch): Promise<void> {
  const options = { signal: deadline.signal, timeout: Math.max(1, deadline.remaining()) };
  try {
    await request(getAllPrices, { symbols: [submission.symbol] }, options);
  } catch (error) {
    if (deadline.over() || !isAgentExchangeError(error)) throw error;
  }
}

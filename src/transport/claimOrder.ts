import type { Order } from "../endpoints/index.ts";
import { earliestOrderTime, readServerClock } from "./equalOrders.ts";
import { CLOCK_ERROR } from "./orderClock.ts";
import { OrderOutcomeUndecidedError } from "./orderOutcomeUnknown.ts";
import { freeOrders, type OrderSearch } from "./orderSearch.ts";
import type { Submission } from "./submissions.ts";

/** Milliseconds between two readings of the exchange's clock. */
const READING_INTERVAL = 1000;

/** Claims the submission's order among equal ones. If the clocks exclude all, the exchange's clock is read first. */
export async function claimOrder(search: OrderSearch, equalOrders: readonly Order[]): Promise<Order | undefined> {
  const { orderClock, submission } = search;
  if (freeOrders(search, equalOrders).length === 0) return undefined;
  if (earliestOrderTime(search, submission) === undefined) await readServerClock(search);
  const claimed = claimCandidate(search, equalOrders);
  if (claimed !== undefined || orderClock.isStampedSince(submission.lastSentAt ?? 0)) return claimed;
  await readServerClock(search);
  return claimCandidate(search, equalOrders);
}

/**
 * Checks that all equal orders are older than the submission, so that its own is absent. For this the exchange's clock is
 * read twice, so that its rate is known too. Returns the submission's order if the new readings show that one is.
 *
 * @throws OrderOutcomeUndecidedError if the clock was not known well enough when the order was sent
 */
export async function checkAbsence(search: OrderSearch, equalOrders: readonly Order[]): Promise<Order | undefined> {
  const { clock, orderClock, submission, deadline } = search;
  if (freeOrders(search, equalOrders).length === 0) return undefined;
  if (submission.isOwn) {
    if (!orderClock.isStampedSince(clock.elapsed() - READING_INTERVAL / 2)) await readServerClock(search);
    if (orderClock.stampsSince(submission.lastSentAt ?? 0) < 2) {
      await deadline.sleep(READING_INTERVAL);
      await readServerClock(search);
    }
  }
  const claimed = claimCandidate(search, equalOrders);
  if (claimed !== undefined) return claimed;
  const earliest = earliestOrderTime(search, submission);
  const limit = earliest === undefined ? -Infinity : earliest.time - (earliest.isCertain ? 0 : CLOCK_ERROR);
  const doubtful = freeOrders(search, equalOrders).filter(({ createdAt }) => createdAt.getTime() >= limit);
  if (doubtful.length > 0)
    throw undecidedError(doubtful, "The exchange's clock was not known when the order was sent.");
  return undefined;
}

/**
 * Claims one of the candidates for the submission. Returns undefined if there is none.
 *
 * @throws OrderOutcomeUndecidedError if there are more candidates than this client can have placed
 */
function claimCandidate(search: OrderSearch, equalOrders: readonly Order[]): Order | undefined {
  const { submissions, submission } = search;
  if (submission.foundId !== undefined) return undefined;
  const free = freeOrders(search, equalOrders);
  const candidates = free.filter((order) => isCandidate(search, submission, order));
  if (candidates.length === 0) return undefined;
  const group = findGroup(search, candidates, free);
  if (group.orders.size > group.submissions.size)
    throw undecidedError(candidates, "There are more of them than this client can have placed.");
  const order = chooseCandidate(search, candidates, [...group.submissions]);
  if (order === undefined) return undefined;
  submissions.claim(submission, order.orderId);
  submissions.resolve(submission);
  return order;
}

/** Whether an order can be a submission's, judging by ids and clocks. */
function isCandidate(search: OrderSearch, submission: Submission, order: Order): boolean {
  if (!search.submissions.isFree(order.orderId, submission)) return false;
  const earliest = earliestOrderTime(search, submission);
  return earliest === undefined || order.createdAt.getTime() >= earliest.time;
}

interface Group {
  readonly orders: ReadonlySet<Order>;
  readonly submissions: ReadonlySet<Submission>;
}

/** The connected orders and submissions: each order is a candidate of one of the submissions, and the other way round. */
function findGroup(search: OrderSearch, candidates: readonly Order[], free: readonly Order[]): Group {
  const { submission } = search;
  const equal = new Set([...search.submissions.unknown(submission), submission]);
  const orders = new Set(candidates);
  const submissions = new Set([submission]);
  for (let size = -1; size !== orders.size + submissions.size;) {
    size = orders.size + submissions.size;
    for (const each of equal) {
      if (![...orders].some((order) => isCandidate(search, each, order))) continue;
      submissions.add(each);
      for (const order of free) if (isCandidate(search, each, order)) orders.add(order);
    }
  }
  return { orders, submissions };
}

/** Chooses the candidate that suits the fewest submissions: those that were sent later have fewer to choose from. */
function chooseCandidate(
  search: OrderSearch,
  candidates: readonly Order[],
  submissions: readonly Submission[],
): Order | undefined {
  let chosen: Order | undefined;
  let minCount = Infinity;
  for (const order of candidates) {
    const count = submissions.filter((each) => isCandidate(search, each, order)).length;
    if (count < minCount) [chosen, minCount] = [order, count];
  }
  return chosen;
}

function undecidedError(candidates: readonly Order[], why: string): OrderOutcomeUndecidedError {
  const ids = candidates.map(({ orderId }) => orderId);
  const shown = ids.slice(0, 5).join(", ") + (ids.length > 5 ? ", …" : "");
  return new OrderOutcomeUndecidedError(
    `reconcile: cannot decide whether the order is one of ${ids.length} equal ones (${shown}). ${why}`,
    {
      code: "ORDER_OUTCOME_UNDECIDED",
      details: { candidates: ids },
      hint: "Look at error.candidates. One client per agent, or idempotencyKeys, avoids this.",
      candidates,
    },
  );
}

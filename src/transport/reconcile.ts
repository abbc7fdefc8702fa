import { getOrder, type Order } from "../endpoints/index.ts";
import { adoptStoredIntents } from "./adoptIntent.ts";
import { checkAbsence, claimOrder } from "./claimOrder.ts";
import { findEqualOrders } from "./equalOrders.ts";
import type { ReconcileOptions } from "./orderOutcomeUnknown.ts";
import { callOptions, type OrderSearch, type ReconcileContext } from "./orderSearch.ts";
import { checkReconcileOptions } from "./reconcileOptions.ts";
import type { Submission } from "./submissions.ts";

/** Milliseconds after sending for which an order is looked for by default. */
const DEFAULT_WAIT = 15_000;
/** Milliseconds that the requests themselves may take by default, even if the client's timeout is shorter. */
const MIN_TIMEOUT = 30_000;
/** Milliseconds by which the clocks of two equal orders can differ. */
const TOLERANCE = 5000;

/** Looks for the order that a submission placed. Returns null if none was found until `wait` after it was sent. */
export async function reconcile(
  context: ReconcileContext,
  submission: Submission,
  options: ReconcileOptions = {},
): Promise<Order | null> {
  checkReconcileOptions(options);
  const { clock, submissions, intents } = context;
  const { signal, wait = DEFAULT_WAIT } = options;
  const remainingWait = Math.max(0, (submission.lastSentAt ?? clock.elapsed()) + wait - clock.elapsed());
  const deadline = context.startDeadline({
    name: "reconcile",
    repeatable: true,
    timeout: options.timeout ?? remainingWait + Math.max(context.timeout, MIN_TIMEOUT),
    signal,
  });
  try {
    // A call that is still running will settle its submission, or leave it unknown.
    deadline.phase = "waiting for the order";
    await deadline.race(submissions.waitForEnd([submission]));
    const outcome = await searchUntilDecided({ ...context, submission, deadline }, wait);
    await intents.settle(submission, deadline);
    return outcome;
  } finally {
    deadline.dispose();
  }
}

/** Reads lists of orders until one contains the order, or was read late enough to prove its absence. */
async function searchUntilDecided(search: OrderSearch, wait: number): Promise<Order | null> {
  const { clock, submissions, submission, deadline } = search;
  for (;;) {
    deadline.phase = "waiting for the response";
    if (submission.foundId !== undefined) return readFoundOrder(search, submission.foundId);
    const { absentAt, lastSentAt = 0 } = submission;
    if (absentAt !== undefined && absentAt >= lastSentAt + wait) return null;
    submissions.markUnknown(submission);
    await adoptStoredIntents(search, submission, deadline);
    await identifyIfNeeded(search);
    deadline.phase = "waiting for the response";
    const startedAt = clock.elapsed();
    const equalOrders = await findEqualOrders(search);
    if (equalOrders.length > 0) await waitForEqualCalls(search);
    deadline.phase = "waiting for the response";
    const claimed = await claimOrder(search, equalOrders);
    if (claimed !== undefined) return claimed;
    const giveUpAt = latestArrival(search, wait);
    if (startedAt >= giveUpAt) {
      const foundLate = await checkAbsence(search, equalOrders);
      if (foundLate !== undefined) return foundLate;
      // Another search may have claimed the order meanwhile.
      if (submission.foundId === undefined) submissions.resolve(submission, startedAt);
    } else if (submission.foundId === undefined) {
      deadline.phase = "waiting to retry";
      await deadline.sleep(Math.max(1, giveUpAt - clock.elapsed()));
    }
  }
}

/** Reads the order that an earlier search found. */
function readFoundOrder(search: OrderSearch, orderId: string): Promise<Order> {
  return search.request(getOrder, { orderId }, callOptions(search));
}

/** Waits for equal calls that are running: an order in the list may be theirs. */
async function waitForEqualCalls({ submissions, submission, deadline }: OrderSearch): Promise<void> {
  deadline.phase = "waiting for an equal order";
  await deadline.race(submissions.waitForEnd(submissions.running(submission)));
}

/** The reading of `clock.elapsed()` from which on an order that is missing from the list is considered absent. */
function latestArrival({ submissions, submission }: OrderSearch, wait: number): number {
  const own = (submission.lastSentAt ?? 0) + wait;
  // An equal submission may have claimed this one's order. Then its own order can arrive as late as its own wait allows.
  const others = submissions
    .found(submission)
    .filter((other) => other !== submission && (other.firstSentAt ?? 0) <= own + TOLERANCE)
    .map((other) => (other.lastSentAt ?? 0) + wait);
  return Math.max(own, ...others);
}

/** Looks up the credential's owner if equal orders were sent for differently named agents, which may be the same one. */
async function identifyIfNeeded({ agents, submissions, submission, deadline }: OrderSearch): Promise<void> {
  if (agents.identity !== undefined) return;
  const equal = [...submissions.unknown(submission), ...submissions.running(submission)];
  if (equal.some(({ agentId }) => (agentId === undefined) !== (submission.agentId === undefined)))
    await agents.identify(deadline);
}

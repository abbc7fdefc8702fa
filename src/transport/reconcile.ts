import {
  getAllPrices,
  getOrder,
  invalid,
  listOrders,
  parseOrderIntent,
  type Order,
  type OrderIntent,
} from "../endpoints/index.ts";
import { isAgentExchangeError } from "../errors/index.ts";
import { adopt, adoptStored, canReconcile } from "./adopt.ts";
import { call } from "./call.ts";
import { startDeadline, type Deadline } from "./deadline.ts";
import { CLOCK_ERROR } from "./orderClock.ts";
import { OrderOutcomeUndecidedError, type ReconcileOptions } from "./orderOutcomeUnknown.ts";
import { matchKey, type Submission } from "./submissions.ts";
import type { Transport } from "./transport.ts";

const PAGE = 100;
/** How long after it was sent an order is looked for by default, in milliseconds. */
const WAIT = 15_000;
/** How long the looks themselves may take by default, whatever the client's timeout, in milliseconds. */
const MIN_TIMEOUT = 30_000;
/** How far apart two readings of the exchange's clock are, in milliseconds. */
const APART = 1000;
/** How far apart the clocks of two equal orders can be, in milliseconds. */
const TOLERANCE = 5000;

const OPTIONS: ReadonlySet<string> = new Set<keyof ReconcileOptions>(["signal", "timeout", "wait"]);

/** The order that a submission placed; null when none was found for as long as `wait` says. */
export async function reconcile(
  transport: Transport,
  submission: Submission,
  options: ReconcileOptions = {},
): Promise<Order | null> {
  const { clock, submissions } = transport;
  const { signal, wait = WAIT } = checkReconcileOptions(options);
  const remainingWait = Math.max(0, (submission.lastSentAt ?? clock.elapsed()) + wait - clock.elapsed());
  const deadline = startDeadline({
    name: "reconcile",
    repeatable: true,
    clock,
    timeout: options.timeout ?? remainingWait + Math.max(transport.timeout, MIN_TIMEOUT),
    signal,
    running: transport.running,
  });
  const ended = async (outcome: Order | null): Promise<Order | null> => {
    await transport.intents.settle(submission, deadline);
    return outcome;
  };
  try {
    // A call that still runs tells by itself what became of its order, or that it does not know.
    deadline.phase = "waiting for the order";
    await deadline.race(submissions.settled([submission]));
    for (;;) {
      deadline.phase = "waiting for the answer";
      if (submission.foundId !== undefined) return await ended(await foundOrder(transport, submission, deadline));
      const { absentAt, lastSentAt = 0 } = submission;
      if (absentAt !== undefined && absentAt >= lastSentAt + wait) return await ended(null);
      submissions.search(submission);
      await adoptStored(transport, submission, deadline);
      await identifyIfNeeded(transport, submission, deadline);
      deadline.phase = "waiting for the answer";
      const startedAt = clock.elapsed();
      const equal = await equalOrders(transport, submission, deadline);
      // An order in the list may be that of a call that is under way.
      deadline.phase = "waiting for an equal order";
      if (equal.length > 0) await deadline.race(submissions.settled(submissions.running(submission)));
      deadline.phase = "waiting for the answer";
      let found = await claimEqual(transport, submission, equal, deadline);
      const until = giveUpAt(transport, submission, wait);
      const isLast = found === undefined && startedAt >= until;
      if (isLast) found = await checkAbsence(transport, submission, equal, deadline);
      if (found !== undefined) return await ended(found);
      if (submission.foundId !== undefined) continue;
      if (isLast) {
        submissions.resolve(submission, startedAt);
        continue;
      }
      deadline.phase = "waiting to try again";
      if (startedAt < until) await deadline.sleep(Math.max(1, until - clock.elapsed()));
    }
  } finally {
    deadline.dispose();
  }
}

/** The same for a record, which another process may have written. */
export async function reconcileRecord(
  transport: Transport,
  record: OrderIntent,
  options?: ReconcileOptions,
): Promise<Order | null> {
  return reconcile(transport, adopt(transport, parseOrderIntent(record)), options);
}

/** The moment of `clock.elapsed()` from which on an order that is not in the list is taken to be absent. */
function giveUpAt({ submissions }: Transport, submission: Submission, wait: number): number {
  const own = (submission.lastSentAt ?? 0) + wait;
  // An equal submission may have been given this one's order; its own can arrive as long as it may itself.
  const others = submissions
    .found(submission)
    .filter((other) => other !== submission && (other.firstSentAt ?? 0) <= own + TOLERANCE)
    .map((other) => (other.lastSentAt ?? 0) + wait);
  return Math.max(own, ...others);
}

/** Reads what was found before once more. */
async function foundOrder(transport: Transport, submission: Submission, deadline: Deadline): Promise<Order> {
  const orderId = submission.foundId as string;
  return call(transport, getOrder, { orderId }, scopeOf(transport, submission, deadline));
}

/** All equal orders that can be this submission's by their ids, oldest first. */
async function equalOrders(
  transport: Transport,
  submission: Submission,
  deadline: Deadline,
): Promise<readonly Order[]> {
  const { clock, orderClock, submissions } = transport;
  const { symbol } = submission;
  const equal = new Map<string, Order>();
  for (let offset = 0; ; offset += PAGE) {
    const query = { symbol, limit: PAGE, offset };
    const orders = await call(transport, listOrders, query, scopeOf(transport, submission, deadline));
    const newest = orders[0];
    if (newest !== undefined && offset === 0) orderClock.stampedBefore(newest.createdAt.getTime(), clock.elapsed());
    for (const order of orders) if (isEqual(order, submission)) equal.set(order.orderId, order);
    if (orders.length < PAGE) break;
    if (!orderClock.isStampedSince(submission.lastSentAt ?? 0)) await askTheTime(transport, submission, deadline);
    // Newest first: what follows is older still.
    if (isTooOld(transport, submission, orders.at(-1) as Order)) break;
  }
  return [...equal.values()]
    .filter(({ orderId }) => submissions.isFree(orderId, submission))
    .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

function isEqual({ symbol, side, type, quantity, price }: Order, submission: Submission): boolean {
  return matchKey(symbol, side, type, quantity, price) === submission.matchKey;
}

function scopeOf(
  transport: Transport,
  { agentId }: Submission,
  deadline: Deadline,
): { readonly signal: AbortSignal; readonly timeout: number; readonly agentId: string | null } {
  const timeout = Math.max(1, deadline.remaining());
  return { signal: deadline.signal, timeout, agentId: transport.acting.agentOf(agentId) ?? null };
}

/** Whether neither this submission nor an equal one can have placed an order, by what is known of the clocks. */
function isTooOld(transport: Transport, submission: Submission, order: Order): boolean {
  const earliest = [submission, ...transport.submissions.unknown(submission)].map(
    (each) => earliestOf(transport, each)?.time ?? -Infinity,
  );
  return order.createdAt.getTime() < Math.min(...earliest);
}

/** The earliest creation time of a submission's order, by the exchange's clock. */
function earliestOf(
  { orderClock }: Transport,
  { isOwn, intent, firstSentAt }: Submission,
): { readonly time: number; readonly isCertain: boolean } | undefined {
  if (isOwn) return orderClock.earliest(firstSentAt ?? 0);
  return intent.notBefore === null ? undefined : { time: Date.parse(intent.notBefore), isCertain: true };
}

/** Those of the equal orders that no call is known to own. */
function freeOf({ submissions }: Transport, submission: Submission, equal: readonly Order[]): readonly Order[] {
  return equal.filter(({ orderId }) => submissions.isFree(orderId, submission));
}

/** Claims the submission's order among equal ones. Where clocks exclude all, the exchange's own is asked for first. */
async function claimEqual(
  transport: Transport,
  submission: Submission,
  equal: readonly Order[],
  deadline: Deadline,
): Promise<Order | undefined> {
  const { orderClock } = transport;
  if (freeOf(transport, submission, equal).length === 0) return undefined;
  if (earliestOf(transport, submission) === undefined) await askTheTime(transport, submission, deadline);
  const found = claim(transport, submission, equal);
  if (found !== undefined || orderClock.isStampedSince(submission.lastSentAt ?? 0)) return found;
  await askTheTime(transport, submission, deadline);
  return claim(transport, submission, equal);
}

/** Claims the submission's order if it can only be one; undefined if there is none; throws when it cannot be decided. */
function claim(transport: Transport, submission: Submission, equal: readonly Order[]): Order | undefined {
  const { submissions } = transport;
  if (submission.foundId !== undefined) return undefined;
  const free = freeOf(transport, submission, equal);
  const possible = free.filter((order) => isPossible(transport, submission, order));
  if (possible.length === 0) return undefined;
  const rivals = [...new Set([...submissions.unknown(submission), submission])];
  const group = component(transport, submission, possible, rivals, free);
  if (group.orders.length > group.rivals.length)
    throw undecided(possible, "There are more of them than this client can have placed.");
  const order = choose(transport, possible, group);
  submissions.claim(submission, order.orderId);
  submissions.resolve(submission);
  return order;
}

/**
 * Before equal orders are taken to be older than the submission's, its clock is read twice, so that its pace is known,
 * too. Throws when it is still not known well enough.
 */
async function checkAbsence(
  transport: Transport,
  submission: Submission,
  equal: readonly Order[],
  deadline: Deadline,
): Promise<Order | undefined> {
  const { clock, orderClock } = transport;
  if (freeOf(transport, submission, equal).length === 0) return undefined;
  if (submission.isOwn) {
    if (!orderClock.isStampedSince(clock.elapsed() - APART / 2)) await askTheTime(transport, submission, deadline);
    if (orderClock.stampsSince(submission.lastSentAt ?? 0) < 2) {
      await deadline.sleep(APART);
      await askTheTime(transport, submission, deadline);
    }
  }
  const found = claim(transport, submission, equal);
  if (found !== undefined) return found;
  const earliest = earliestOf(transport, submission);
  const limit = earliest === undefined ? -Infinity : earliest.time - (earliest.isCertain ? 0 : CLOCK_ERROR);
  const doubtful = freeOf(transport, submission, equal).filter(({ createdAt }) => createdAt.getTime() >= limit);
  if (doubtful.length > 0) throw undecided(doubtful, "The exchange's clock was not known when it was sent.");
  return undefined;
}

function isPossible(transport: Transport, submission: Submission, order: Order): boolean {
  const earliest = earliestOf(transport, submission);
  return (
    transport.submissions.isFree(order.orderId, submission) &&
    (earliest === undefined || order.createdAt.getTime() >= earliest.time)
  );
}

interface Group {
  readonly orders: readonly Order[];
  readonly rivals: readonly Submission[];
}

/** The orders and submissions that can belong to each other, beginning with one submission. */
function component(
  transport: Transport,
  submission: Submission,
  likely: readonly Order[],
  all: readonly Submission[],
  free: readonly Order[],
): Group {
  const orders = new Set(likely);
  const rivals = new Set([submission]);
  for (let size = -1; size !== orders.size + rivals.size;) {
    size = orders.size + rivals.size;
    for (const rival of all)
      if ([...orders].some((order) => isPossible(transport, rival, order))) {
        rivals.add(rival);
        for (const order of free) if (isPossible(transport, rival, order)) orders.add(order);
      }
  }
  return { orders: [...orders], rivals: [...rivals] };
}

/** The order to take so that the fewest others can be had by the rest: those that were sent later can have fewer. */
function choose(transport: Transport, likely: readonly Order[], { rivals }: Group): Order {
  const choices = likely.map((order) => ({
    order,
    takers: rivals.filter((rival) => isPossible(transport, rival, order)).length,
  }));
  return choices.reduce((best, each) => (each.takers < best.takers ? each : best)).order;
}

/** Has the exchange stamp an answer, so that its clock is known as it is now. Where that fails, it stays unknown. */
async function askTheTime(transport: Transport, { symbol }: Submission, deadline: Deadline): Promise<void> {
  const limits = { signal: deadline.signal, timeout: Math.max(1, deadline.remaining()) };
  try {
    await call(transport, getAllPrices, { symbols: [symbol] }, limits);
  } catch (error) {
    if (deadline.over() || !isAgentExchangeError(error)) throw error;
  }
}

function undecided(candidates: readonly Order[], why: string): OrderOutcomeUndecidedError {
  const ids = candidates.map(({ orderId }) => orderId);
  return new OrderOutcomeUndecidedError(
    `reconcile: it cannot be decided whether the order is one of ${ids.length} equal ones (${ids.slice(0, 5).join(", ")}${ids.length > 5 ? ", …" : ""}). ${why}`,
    {
      code: "ORDER_OUTCOME_UNDECIDED",
      details: { candidates: ids },
      hint: "Look at error.candidates. One client per agent, or idempotencyKeys, avoids this.",
      candidates,
    },
  );
}

/** Orders of one agent under two names are told apart only by who the key belongs to. */
async function identifyIfNeeded(transport: Transport, submission: Submission, deadline: Deadline): Promise<void> {
  if (transport.acting.identity !== undefined) return;
  const equal = [...transport.submissions.unknown(submission), ...transport.submissions.running(submission)];
  if (equal.some(({ agentId }) => (agentId === undefined) !== (submission.agentId === undefined)))
    await transport.acting.identify(deadline);
}

function checkReconcileOptions(options: ReconcileOptions): ReconcileOptions {
  const refuse = (field: string, message: string): never => {
    throw invalid("reconcile", [{ field, message }]);
  };
  for (const key in options)
    if (!OPTIONS.has(key)) refuse(key, "is not an option of reconcile; expected signal, timeout or wait");
  const { timeout, wait } = options;
  if (timeout !== undefined && !(timeout > 0)) refuse("timeout", "must be a positive number of milliseconds");
  if (wait !== undefined && !(wait >= 0 && wait < Infinity))
    refuse("wait", "must be a number of milliseconds, 0 or more");
  return options;
}

/** An order whose outcome is not known: its record, and how to find out. */
export interface UnresolvedOrder extends OrderIntent {
  /** The same as plain JSON. */
  readonly record: OrderIntent;
  /** As `client.reconcile(record)`. */
  readonly reconcile: (options?: ReconcileOptions) => Promise<Order | null>;
}

/** The orders of the store and of this client that no call of it is placing now, and whose outcome is not known. */
export async function unresolvedOrders(transport: Transport): Promise<readonly UnresolvedOrder[]> {
  const { intents, submissions } = transport;
  const stored = (await intents.list(undefined)).filter((intent) => canReconcile(transport, intent));
  const records = new Map(stored.map((intent) => [intent.id, intent]));
  for (const submission of submissions.all()) {
    if (submission.state !== "unknown") records.delete(submission.id);
    else if (!submission.isStored) records.set(submission.id, intents.intentOf(submission));
  }
  return [...records.values()].map((record) => {
    const search = (options?: ReconcileOptions): Promise<Order | null> => reconcileRecord(transport, record, options);
    return Object.assign({ record, reconcile: search }, record);
  });
}

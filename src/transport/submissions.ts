import type { OrderIntent } from "../endpoints/index.ts";
import { trimMap } from "./trimMap.ts";

/** Order ids to remember: at 100 orders per minute, those of the last 100 minutes. */
const MAX_IDS = 10_000;
/** Milliseconds for which a placed order can be mistaken for an equal one that was sent at the same time. */
const RECENT = 60_000;
/** Maximum number of such orders that an intent names. */
const MAX_OTHER_ORDERS = 1000;

/** An order that was or will be sent, and everything known about it. */
export interface Submission {
  readonly id: string;
  readonly symbol: string;
  /** Same for orders that look the same in a list of orders. */
  readonly matchKey: string;
  /** `clock.elapsed()` of the first request that may have been executed; undefined if there is none. */
  firstSentAt?: number | undefined;
  /** The same for the last request. For another process's record: when this client first saw it. */
  lastSentAt?: number | undefined;
  /** The agent that it was sent for; undefined if the credential decided. */
  agentId?: string | undefined;
  state: "running" | "unknown" | "resolved";
  /** The order's id, once it is known. */
  foundId?: string;
  /** `clock.elapsed()` when the final list without this order was read; Infinity if it was not executed. */
  absentAt?: number;
  /** Its record, as it was last stored. */
  intent: OrderIntent;
  /** Whether this client sent it. Otherwise it came from a record, and its clock readings have no meaning here. */
  readonly isOwn: boolean;
  /** Whether it is known only from the intent store, where another client can settle it. */
  readonly isStored: boolean;
}

/** The orders of one client. Tracking them prevents `reconcile()` from attributing one call's order to another. */
export interface Submissions {
  add(submission: Submission): void;
  byId(id: string): Submission | undefined;
  /** Those that are running, unknown, or were reconciled. */
  all(): Iterable<Submission>;
  /** Records that a call has ended, with a known or an unknown outcome. */
  end(submission: Submission, state: "unknown" | "resolved"): void;
  /** Records that `reconcile()` looks for it, perhaps again and for longer. */
  markUnknown(submission: Submission): void;
  /** Records that `reconcile()` has claimed its order, or found at `absentAt` (of `clock.elapsed()`) that there is none. */
  resolve(submission: Submission, absentAt?: number): void;
  /** Drops a submission that another client has settled. */
  forget(submission: Submission): void;
  /** Other equal submissions that were sent and whose calls still run. */
  running(of: Submission): readonly Submission[];
  /** Waits until those of the given submissions that are running have ended. */
  waitForEnd(submissions: readonly Submission[]): Promise<void>;
  /** Equal submissions whose outcome is unknown, this one included, in the order they were sent. */
  unknown(of: Submission): readonly Submission[];
  /** Equal submissions whose order `reconcile()` has found. It may be the order of another equal submission. */
  found(of: Submission): readonly Submission[];
  /** Other equal submissions that are not resolved, sent or not. */
  unresolved(of: Submission): readonly Submission[];
  /** Records that a request of it is sent now, at this reading of `clock.elapsed()`. */
  markSent(submission: Submission, elapsed: number): void;
  /** Records that none of its requests was executed. */
  markNotExecuted(submission: Submission): void;
  /** Records that these orders exist. */
  markSeen(orderIds: readonly string[]): void;
  /** Returns a function that tells whether an order had been seen when this was called. */
  markAll(): (orderId: string) => boolean;
  /** Records that an order is this submission's. Returns false if it is known to be another's. */
  claim(submission: Submission, orderId: string): boolean;
  /** Whether an order can be this submission's, judging by ids. */
  isFree(orderId: string, of: Submission): boolean;
  /** Ids of equal orders that other calls placed shortly before `elapsed`, or later. */
  recentlyPlaced(of: Submission, elapsed: number): readonly string[];
}

interface PlacedOrderRecord {
  readonly submission: Submission;
  readonly orderId: string;
  /** `clock.elapsed()` when it was sent. */
  readonly sentAt: number;
}

/** @param isSameAgent whether two agent ids mean the same agent; undefined means the credential's own */
export function createSubmissions(
  isSameAgent: (one: string | undefined, other: string | undefined) => boolean,
): Submissions {
  const all = new Map<string, Submission>();
  const endListeners = new Map<Submission, (() => void)[]>();
  /** A counter that orders events, since the clock can stand still between two of them. */
  let events = 0;
  /** The event at which each order id was first seen. */
  const seenAt = new Map<string, number>();
  const sentAt = new WeakMap<Submission, number>();
  const owners = new Map<string, Submission>();
  let recent: PlacedOrderRecord[] = [];

  const isEqual = (one: Submission, other: Submission): boolean =>
    one.matchKey === other.matchKey && isSameAgent(one.agentId, other.agentId);
  const equalTo = (of: Submission): readonly Submission[] => [...all.values()].filter((other) => isEqual(of, other));

  return {
    add(submission) {
      all.set(submission.id, submission);
    },
    all: () => all.values(),
    byId: (id) => all.get(id) ?? [...owners.values()].find((submission) => submission.id === id),
    end(submission, state) {
      submission.state = state;
      if (state === "resolved") {
        all.delete(submission.id);
        if (submission.foundId === undefined) submission.absentAt = Infinity;
      }
      for (const listener of endListeners.get(submission) ?? []) listener();
      endListeners.delete(submission);
    },
    markUnknown(submission) {
      submission.state = "unknown";
      all.set(submission.id, submission);
    },
    forget: ({ id }) => void all.delete(id),
    resolve(submission, absentAt) {
      submission.state = "resolved";
      if (absentAt !== undefined) submission.absentAt = Math.max(absentAt, submission.absentAt ?? absentAt);
      if (all.size > MAX_IDS) for (const [id, { state }] of all) if (state === "resolved") all.delete(id);
    },
    running: (of) =>
      equalTo(of).filter((other) => other !== of && other.state === "running" && other.firstSentAt !== undefined),
    async waitForEnd(submissions) {
      const running = submissions.filter(({ state }) => state === "running");
      const waits = running.map(
        (submission) =>
          new Promise<void>((resolve) => {
            const listeners = endListeners.get(submission);
            if (listeners === undefined) endListeners.set(submission, [resolve]);
            else listeners.push(resolve);
          }),
      );
      await Promise.all(waits);
    },
    unknown: (of) => equalTo(of).filter(({ state }) => state === "unknown"),
    found: (of) => equalTo(of).filter(({ foundId }) => foundId !== undefined),
    unresolved: (of) => equalTo(of).filter((other) => other !== of && other.state !== "resolved"),
    markSent(submission, elapsed) {
      if (submission.firstSentAt === undefined) sentAt.set(submission, ++events);
      submission.firstSentAt ??= elapsed;
      submission.lastSentAt = elapsed;
    },
    markNotExecuted(submission) {
      submission.firstSentAt = undefined;
      submission.lastSentAt = undefined;
    },
    markSeen(orderIds) {
      events++;
      for (const id of orderIds) if (!seenAt.has(id)) seenAt.set(id, events);
      trimMap(seenAt, MAX_IDS);
    },
    markAll() {
      const now = events++;
      return (orderId) => (seenAt.get(orderId) ?? Infinity) <= now;
    },
    claim(submission, orderId) {
      const owner = owners.get(orderId);
      if (owner !== undefined) return owner === submission;
      owners.set(orderId, submission);
      submission.foundId = orderId;
      trimMap(owners, MAX_IDS);
      if (submission.lastSentAt !== undefined) {
        recent.push({ submission, orderId, sentAt: submission.lastSentAt });
        if (recent.length > 2 * MAX_OTHER_ORDERS) recent = recent.slice(-MAX_OTHER_ORDERS);
      }
      return true;
    },
    isFree(orderId, of) {
      const owner = owners.get(orderId);
      if (owner !== undefined) return owner === of;
      if (of.intent.otherOrders.includes(orderId)) return false;
      // An order that was seen before this one was sent is another one.
      return (seenAt.get(orderId) ?? Infinity) > (sentAt.get(of) ?? 0);
    },
    recentlyPlaced: (of, elapsed) =>
      recent
        .filter(
          (placed) => placed.sentAt > elapsed - RECENT && placed.submission !== of && isEqual(of, placed.submission),
        )
        .map(({ orderId }) => orderId)
        .slice(-MAX_OTHER_ORDERS),
  };
}

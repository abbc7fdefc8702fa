import type { OrderIntent, Params } from "../endpoints/index.ts";
import { Exact, type Decimal } from "../wire/index.ts";

/** How many order ids are remembered: at 100 orders a minute those of the last 100 minutes. */
const MAX_IDS = 10_000;
/** How long an answered order can be mistaken for an equal one that was sent at the same time, in milliseconds. */
const RECENT = 60_000;
/** How many of those an intent names at most. */
const MAX_OTHERS = 1000;

/** One order on its way to the exchange, and what is known of it. */
export interface Submission {
  readonly id: string;
  readonly symbol: string;
  /** Equal for orders that a list of orders cannot tell apart. */
  readonly matchKey: string;
  /** `clock.elapsed()` of the first request that may have been executed; undefined while there is none. */
  firstSentAt: number | undefined;
  /** The same of the last one; of a record from elsewhere, when it was first seen here. */
  lastSentAt: number | undefined;
  /** The agent that it was sent for; undefined where the credential decided. */
  agentId: string | undefined;
  state: "running" | "unknown" | "resolved";
  /** The order, once it is known. */
  foundId: string | undefined;
  /** `clock.elapsed()` of the last look that found none and was the last one; Infinity when it was not executed. */
  absentAt: number | undefined;
  /** As it was written down last. */
  intent: OrderIntent;
  /** Whether it was sent by this client; otherwise it came from a record, and its clock readings mean nothing here. */
  readonly isOwn: boolean;
  /** Whether it is known from the intent store only, where another client of the store may settle it. */
  readonly isStored: boolean;
}

/** The orders of one client, so that reconciling never takes one call's order for another's. */
export interface Submissions {
  add(submission: Submission): void;
  byId(id: string): Submission | undefined;
  /** Those that are running, unknown, or were found out about. */
  all(): Iterable<Submission>;
  /** The call is over: its outcome is known or not. */
  end(submission: Submission, state: "unknown" | "resolved"): void;
  /** `reconcile()` looks for it, perhaps again and for longer. */
  search(submission: Submission): void;
  /** `reconcile()` has found out: the order was claimed, or was absent at a moment of `clock.elapsed()`. */
  resolve(submission: Submission, absentAt?: number): void;
  /** Another client has found out. */
  forget(submission: Submission): void;
  /** All submissions of the same order that are not over, this one left out. */
  running(of: Submission): readonly Submission[];
  /** Settles when those are over that are running now. */
  settled(running: readonly Submission[]): Promise<void>;
  /** Equal submissions whose outcome is unknown, with this one, in the order they were sent. */
  unknown(of: Submission): readonly Submission[];
  /** Equal submissions that `reconcile()` found an order for: it may be another's of the same kind. */
  found(of: Submission): readonly Submission[];
  /** A request of it is sent at this moment of `clock.elapsed()`. */
  sent(submission: Submission, elapsed: number): void;
  /** None of its requests was executed. */
  notExecuted(submission: Submission): void;
  /** All equal submissions that are not over, sent or not, this one left out. */
  open(of: Submission): readonly Submission[];
  /** Records that orders exist. */
  saw(orderIds: readonly string[]): void;
  /** Records that an order is this submission's. False if it is known to be another's. */
  claim(submission: Submission, orderId: string): boolean;
  /** Whether an order can be this submission's, by all that is known of ids. */
  isFree(orderId: string, of: Submission): boolean;
  /** Ids of equal orders that other calls were answered with lately. */
  answeredLately(of: Submission, elapsed: number): readonly string[];
}

/** Decides whether two agents are the same; undefined stands for the credential's own. */
export type SameAgent = (one: string | undefined, other: string | undefined) => boolean;

export function createSubmissions(isSameAgent: SameAgent): Submissions {
  const all = new Map<string, Submission>();
  const listeners = new Map<Submission, (() => void)[]>();
  /** Counts what happens, since a clock can stand. */
  let events = 0;
  /** When each order was first heard of, in events. */
  const seen = new Map<string, number>();
  const sentAt = new WeakMap<Submission, number>();
  const owners = new Map<string, Submission>();
  let lately: { readonly submission: Submission; readonly orderId: string; readonly at: number }[] = [];

  const isEqual = (one: Submission, other: Submission): boolean =>
    one.matchKey === other.matchKey && isSameAgent(one.agentId, other.agentId);
  const equals = (of: Submission): readonly Submission[] => [...all.values()].filter((other) => isEqual(of, other));

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
      for (const listener of listeners.get(submission) ?? []) listener();
      listeners.delete(submission);
    },
    search(submission) {
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
      equals(of).filter((other) => other !== of && other.state === "running" && other.firstSentAt !== undefined),
    async settled(running) {
      const waits = running
        .filter(({ state }) => state === "running")
        .map(
          (submission) =>
            new Promise<void>((resolve) => {
              const waiting = listeners.get(submission);
              if (waiting === undefined) listeners.set(submission, [resolve]);
              else waiting.push(resolve);
            }),
        );
      await Promise.all(waits);
    },
    unknown: (of) => equals(of).filter(({ state }) => state === "unknown"),
    found: (of) => equals(of).filter(({ foundId }) => foundId !== undefined),
    sent(submission, elapsed) {
      if (submission.firstSentAt === undefined) sentAt.set(submission, ++events);
      submission.firstSentAt ??= elapsed;
      submission.lastSentAt = elapsed;
    },
    notExecuted(submission) {
      submission.firstSentAt = undefined;
      submission.lastSentAt = undefined;
    },
    open: (of) => equals(of).filter((other) => other !== of && other.state !== "resolved"),
    saw(orderIds) {
      events++;
      for (const id of orderIds) if (!seen.has(id)) seen.set(id, events);
      trim(seen);
    },
    claim(submission, orderId) {
      const owner = owners.get(orderId);
      if (owner !== undefined) return owner === submission;
      owners.set(orderId, submission);
      submission.foundId = orderId;
      trim(owners);
      if (submission.lastSentAt !== undefined) {
        const at = submission.lastSentAt;
        lately.push({ submission, orderId, at });
        if (lately.length > 2 * MAX_OTHERS) lately = lately.slice(-MAX_OTHERS);
      }
      return true;
    },
    isFree(orderId, of) {
      const owner = owners.get(orderId);
      if (owner !== undefined) return owner === of;
      if (of.intent.otherOrders.includes(orderId)) return false;
      return (seen.get(orderId) ?? Infinity) > (sentAt.get(of) ?? 0);
    },
    answeredLately: (of, elapsed) =>
      lately
        .filter(({ submission, at }) => at > elapsed - RECENT && submission !== of && isEqual(of, submission))
        .map(({ orderId }) => orderId)
        .slice(-MAX_OTHERS),
  };
}

function trim(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    if (map.size <= MAX_IDS) return;
    map.delete(key);
  }
}

/** The match key of an order to be placed. */
export function matchKeyOf(params: Params): string {
  return matchKey(
    params["symbol"] as string,
    params["side"] as string,
    params["type"] as string,
    params["quantity"] as string,
    params["price"] as string | undefined,
  );
}

/** Orders are stored with 8 decimals, rounded half away from zero. */
export function matchKey(
  symbol: string,
  side: string,
  type: string,
  quantity: Decimal | string,
  price: Decimal | string | null | undefined,
): string {
  const stored = (amount: Decimal | string): string =>
    new Exact(amount).toDecimalPlaces(8, Exact.ROUND_HALF_UP).toFixed();
  return [
    symbol.toUpperCase(),
    side,
    type,
    stored(quantity),
    price === null || price === undefined ? "" : stored(price),
  ].join(" ");
}

import { parseOrderIntent, type OrderIntent } from "../endpoints/index.ts";
import { AgentExchangeError } from "../errors/index.ts";
import type { Clock } from "./clock.ts";
import type { Deadline } from "./deadline.ts";
import type { IntentStore } from "./intentStore.ts";
import { CLOCK_ERROR, type OrderClock } from "./orderClock.ts";
import type { Submission, Submissions } from "./submissions.ts";

/** Writes the intents of a client's orders to its intent store, if it has one. */
export interface IntentLog {
  readonly hasStore: boolean;
  /** The intent of a submission as it is now. */
  intentOf(submission: Submission): OrderIntent;
  /**
   * Stores a submission that is about to be sent.
   *
   * @throws AgentExchangeError if the store fails, or the deadline's reason
   */
  write(name: string, submission: Submission, deadline: Deadline): Promise<void>;
  /** Removes a submission whose outcome is known. If that fails, it is only reconciled once more. */
  settle(submission: Submission, deadline: Deadline): Promise<void>;
  list(deadline: Deadline | undefined): Promise<readonly OrderIntent[]>;
}

export function createIntentLog(
  store: IntentStore | undefined,
  clock: Clock,
  orderClock: OrderClock,
  submissions: Submissions,
): IntentLog {
  const writtenIds = new Set<string>();
  /** The last operation on each intent. */
  const queues = new Map<string, Promise<void>>();
  /** Updates that have not started yet. */
  const pendingUpdates = new Map<string, Promise<void>>();

  function intentOf(submission: Submission): OrderIntent {
    if (!submission.isOwn) return submission.intent;
    const elapsed = clock.elapsed();
    const sentAt = submission.firstSentAt ?? elapsed;
    const earliest = orderClock.earliest(sentAt);
    const notBefore = earliest === undefined ? null : toIsoTime(earliest.time - (earliest.isCertain ? 0 : CLOCK_ERROR));
    return {
      ...submission.intent,
      agentId: submission.agentId ?? null,
      sentAt: toIsoTime(clock.now() - (elapsed - (submission.lastSentAt ?? elapsed))) ?? new Date(0).toISOString(),
      notBefore,
      otherOrders: submissions.recentlyPlaced(submission, sentAt),
    };
  }

  /** Runs the operations on one intent one after another, so that an older state cannot replace a newer one. */
  async function enqueue(id: string, operation: () => Promise<void> | void): Promise<void> {
    const result = (queues.get(id) ?? Promise.resolve()).catch(() => {}).then(operation);
    queues.set(id, result);
    try {
      await result;
    } finally {
      if (queues.get(id) === result) queues.delete(id);
    }
  }

  /** Stores a submission's state at the time the operation starts, so one operation serves all updates until then. */
  async function update(submission: Submission, target: IntentStore): Promise<void> {
    const { id } = submission;
    const pending =
      pendingUpdates.get(id) ??
      enqueue(id, () => {
        pendingUpdates.delete(id);
        return target.put(intentOf(submission));
      });
    pendingUpdates.set(id, pending);
    return pending;
  }

  return {
    hasStore: store !== undefined,
    intentOf,
    async write(name, submission, deadline) {
      if (store === undefined) return;
      try {
        writtenIds.add(submission.id);
        await deadline.race(enqueue(submission.id, () => store.put(intentOf(submission))));
      } catch (problem) {
        if (deadline.over()) throw deadline.reason();
        throw storeFailed(name, deadline.attempts, problem);
      }
    },
    async settle(submission, deadline) {
      if (store === undefined) return;
      const remove = async (): Promise<void> => {
        // The intents of equal orders must name this order before its own intent is removed.
        const equal = submission.foundId === undefined ? [] : submissions.unresolved(submission);
        const written = equal.filter(({ isOwn, id }) => isOwn && writtenIds.has(id));
        await Promise.all(written.map((other) => update(other, store)));
        await enqueue(submission.id, () => store.delete(submission.id));
        writtenIds.delete(submission.id);
      };
      // Even if this fails or takes longer than the call, the order's outcome is known.
      await deadline.race(remove()).catch(() => {});
    },
    async list(deadline) {
      if (store === undefined) return [];
      const result = Promise.resolve(store.list());
      const stored = await (deadline === undefined ? result : deadline.race(result));
      return stored.map(parseOrderIntent);
    },
  };
}

function storeFailed(name: string, attempts: number, cause: unknown): AgentExchangeError {
  return new AgentExchangeError(`${name}: the intent store failed, so the order was not sent.`, {
    code: "INTENT_STORE_FAILED",
    attempts,
    cause,
    hint: "See the error's cause.",
  });
}

/** Null outside the years 0 to 9999, which a record cannot express. */
function toIsoTime(time: number): string | null {
  const text = Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : "";
  return text.length === 24 ? text : null;
}

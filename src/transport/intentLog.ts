import { parseOrderIntent, type OrderIntent } from "../endpoints/index.ts";
import type { Clock } from "./clock.ts";
import type { Deadline } from "./deadline.ts";
import { notStored, type IntentStore } from "./intents.ts";
import { CLOCK_ERROR, type OrderClock } from "./orderClock.ts";
import type { Submission, Submissions } from "./submissions.ts";

/** Writes down the orders of one client in its intent store, if it has one. */
export interface IntentLog {
  /** Whether there is a store. */
  readonly isKept: boolean;
  /** The intent of a submission as it is now. */
  intentOf(submission: Submission): OrderIntent;
  /** Stores a submission that is about to be sent. Throws when that fails. */
  write(name: string, submission: Submission, deadline: Deadline): Promise<void>;
  /** Removes a submission whose outcome is known. A failure only means that it is reconciled once more. */
  settle(submission: Submission, deadline: Deadline): Promise<void>;
  list(deadline: Deadline | undefined): Promise<readonly OrderIntent[]>;
}

export function createIntentLog(
  store: IntentStore | undefined,
  clock: Clock,
  orderClock: OrderClock,
  submissions: Submissions,
): IntentLog {
  const written = new Set<string>();
  const turns = new Map<string, Promise<void>>();
  /** Those that wait for their turn. */
  const renewals = new Map<string, Promise<void>>();

  function intentOf(submission: Submission): OrderIntent {
    if (!submission.isOwn) return submission.intent;
    const elapsed = clock.elapsed();
    const sentAt = submission.firstSentAt ?? elapsed;
    const earliest = orderClock.earliest(sentAt);
    const notBefore = earliest === undefined ? null : isoTime(earliest.time - (earliest.isCertain ? 0 : CLOCK_ERROR));
    return {
      ...submission.intent,
      agentId: submission.agentId ?? null,
      sentAt: isoTime(clock.now() - (elapsed - (submission.lastSentAt ?? elapsed))) ?? new Date(0).toISOString(),
      notBefore,
      otherOrders: submissions.answeredLately(submission, sentAt),
    };
  }

  /** What is done to one intent happens one after the other, or an older state could stay. */
  async function inTurn(id: string, work: () => Promise<void> | void): Promise<void> {
    const turn = (turns.get(id) ?? Promise.resolve()).catch(() => {}).then(work);
    turns.set(id, turn);
    try {
      await turn;
    } finally {
      if (turns.get(id) === turn) turns.delete(id);
    }
  }

  const isWritten = ({ isOwn, id }: Submission): boolean => isOwn && written.has(id);

  /** Stores it as it is when its turn comes, which does for all who ask until then. */
  async function renew(submission: Submission, to: IntentStore): Promise<void> {
    const { id } = submission;
    const renewal =
      renewals.get(id) ??
      inTurn(id, () => {
        renewals.delete(id);
        return to.put(intentOf(submission));
      });
    renewals.set(id, renewal);
    return renewal;
  }

  return {
    isKept: store !== undefined,
    intentOf,
    async write(name, submission, deadline) {
      if (store === undefined) return;
      try {
        written.add(submission.id);
        await deadline.race(inTurn(submission.id, () => store.put(intentOf(submission))));
      } catch (problem) {
        if (deadline.over()) throw deadline.reason();
        throw notStored(name, deadline.attempts, problem);
      }
    },
    async settle(submission, deadline) {
      if (store === undefined) return;
      const work = async (): Promise<void> => {
        // The intents of equal orders must know of this one's before it is forgotten.
        const others = submission.foundId === undefined ? [] : submissions.open(submission).filter(isWritten);
        await Promise.all(others.map((other) => renew(other, store)));
        await inTurn(submission.id, () => store.delete(submission.id));
        written.delete(submission.id);
      };
      // When it fails, or outlives the call, the order's outcome is known all the same.
      await deadline.race(work()).catch(() => {});
    },
    async list(deadline) {
      if (store === undefined) return [];
      const work = Promise.resolve(store.list());
      const stored = await (deadline === undefined ? work : deadline.race(work));
      return stored.map(parseOrderIntent);
    },
  };
}

/** Null outside the years 0 to 9999, which a record can hold. */
function isoTime(time: number): string | null {
  const text = Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : "";
  return text.length === 24 ? text : null;
}

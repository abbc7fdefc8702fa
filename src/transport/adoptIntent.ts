import { invalid, type OrderIntent } from "../endpoints/index.ts";
import { DAY } from "../wire/index.ts";
import { canonicalAgentId } from "./checkOptions.ts";
import type { Deadline } from "./deadline.ts";
import { matchKey } from "./matchKey.ts";
import type { ReconcileContext } from "./orderSearch.ts";
import type { Submission } from "./submissions.ts";

/**
 * Makes the order of a record one of this client's submissions.
 *
 * @param isStored whether the record came from the intent store, where another client can settle it
 * @throws ValidationError if the record was changed, or if this client's key cannot find its order
 */
export function adoptIntent(context: ReconcileContext, intent: OrderIntent, isStored = false): Submission {
  const { clock, submissions } = context;
  const key = matchKey(intent);
  const known = submissions.byId(intent.id);
  if (known !== undefined) {
    if (isStored) return known;
    if (known.matchKey === key) {
      // Other processes may have placed equal orders after this one was sent.
      known.intent = {
        ...known.intent,
        otherOrders: [...new Set([...known.intent.otherOrders, ...intent.otherOrders])],
      };
      return known;
    }
    throw invalid("reconcile", [{ field: "record", message: "was changed: its id belongs to another order" }]);
  }
  if (!canReconcile(context, intent))
    throw invalid("reconcile", [
      {
        field: "record",
        message: "was created with another API key; use a client with that key",
      },
    ]);
  // The other process's clock may be off, so only a very old record is certain to be past its wait.
  const isOld = clock.now() - Date.parse(intent.sentAt) > DAY;
  const submission: Submission = {
    id: intent.id,
    symbol: intent.symbol,
    matchKey: key,
    firstSentAt: -Infinity,
    lastSentAt: isOld ? -Infinity : clock.elapsed(),
    agentId: canonicalAgentId(intent.agentId ?? undefined),
    state: "unknown",
    intent,
    isOwn: false,
    isStored,
  };
  submissions.add(submission);
  return submission;
}

/** Whether a client can look for a record's order. With another API key it can only if the record names the agent. */
export function canReconcile({ keyChecksum }: ReconcileContext, { key, agentId }: OrderIntent): boolean {
  return isSameKey(keyChecksum, key) || agentId !== null;
}

/** Adopts the intents that other processes have stored, since their orders may be equal to this submission's. */
export async function adoptStoredIntents(
  context: ReconcileContext,
  submission: Submission,
  deadline: Deadline,
): Promise<void> {
  const { intents, submissions, keyChecksum } = context;
  if (!intents.hasStore) return;
  deadline.phase = "reading the intents";
  const stored = await intents.list(deadline);
  const storedIds = new Set(stored.map(({ id }) => id));
  for (const each of submissions.all()) {
    const isSettledElsewhere = each.isStored && each.state === "unknown" && !storedIds.has(each.id);
    if (isSettledElsewhere && each !== submission) submissions.forget(each);
  }
  for (const intent of stored) if (isSameKey(keyChecksum, intent.key)) adoptIntent(context, intent, true);
}

/** Null is the checksum of a client without an API key, such as one with a token: it may be the same account. */
function isSameKey(one: string | null, other: string | null): boolean {
  return one === null || other === null || one === other;
}

import { invalid, type OrderIntent } from "../endpoints/index.ts";
import { canonicalAgentId } from "./checkOptions.ts";
import type { Deadline } from "./deadline.ts";
import { matchKey, type Submission } from "./submissions.ts";
import type { Transport } from "./transport.ts";

const DAY = 86_400_000;

/** Makes a record's order one of this client's. */
export function adopt(transport: Transport, intent: OrderIntent, isStored = false): Submission {
  const { clock, submissions } = transport;
  const { symbol, side, type, quantity, price } = intent;
  const known = submissions.byId(intent.id);
  if (known !== undefined) {
    if (isStored || known.matchKey === matchKey(symbol, side, type, quantity, price)) return known;
    throw invalid("reconcile", [
      { field: "record", message: "was changed: another order has its id; pass it as it was" },
    ]);
  }
  checkOwner(transport, intent);
  // Another process's clock may be off: only what is very old is known to be over.
  const isOld = clock.now() - Date.parse(intent.sentAt) > DAY;
  const submission: Submission = {
    id: intent.id,
    symbol,
    matchKey: matchKey(symbol, side, type, quantity, price),
    firstSentAt: -Infinity,
    lastSentAt: isOld ? -Infinity : clock.elapsed(),
    agentId: canonicalAgentId(intent.agentId ?? undefined),
    state: "unknown",
    foundId: undefined,
    absentAt: undefined,
    intent,
    isOwn: false,
    isStored,
  };
  submissions.add(submission);
  return submission;
}

/** Whether a client can look for an order: with another key only if the record names the agent. */
export function canReconcile({ keyChecksum }: Transport, { key, agentId }: OrderIntent): boolean {
  return key === null || keyChecksum === null || key === keyChecksum || agentId !== null;
}

/** Refuses a record of another key, with which its order could not be found. */
function checkOwner(transport: Transport, intent: OrderIntent): void {
  if (canReconcile(transport, intent)) return;
  throw invalid("reconcile", [
    {
      field: "record",
      message: "was made with another key; use a client with that key, so that the order is looked for at its agent",
    },
  ]);
}

/** What other processes left of equal orders takes part in the decision, for as long as it is in the store. */
export async function adoptStored(transport: Transport, submission: Submission, deadline: Deadline): Promise<void> {
  const { intents, submissions, keyChecksum } = transport;
  if (!intents.isKept) return;
  deadline.phase = "reading the intents";
  const stored = await intents.list(deadline);
  const ids = new Set(stored.map(({ id }) => id));
  for (const each of submissions.all())
    if (each.isStored && each.state === "unknown" && each !== submission && !ids.has(each.id)) submissions.forget(each);
  for (const intent of stored)
    if (intent.key === null || keyChecksum === null || intent.key === keyChecksum) adopt(transport, intent, true);
}

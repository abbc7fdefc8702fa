import { ConnectionError } from "../errors/connection.ts";
import { OrderOutcomeUnknownError } from "../transport/orderOutcomeUnknown.ts";
import type { Order } from "../endpoints/index.ts";
import type { Context } from "./context.ts";
import { EXITS } from "./exits.ts";

const RECONCILE = "Run: agentexchange orders --unresolved";

/**
 * Waits for an order that is being sent, until its outcome is known. A first Ctrl-C only says so; a second one leaves
 * with the order's record in the state folder.
 *
 * @throws ConnectionError if the order was not found where it would have to be by now
 * @throws OrderOutcomeUnknownError if it could not be looked up
 */
export async function settleOrder<Placed>(context: Context, sending: Promise<Placed>): Promise<Placed | Order> {
  context.endItself({
    code: EXITS.unknown_outcome,
    message: `\nThe order may have been placed; its outcome is unknown. ${RECONCILE}\n`,
  });
  const onAbort = (): void =>
    context.notice(
      "The order is being placed; waiting for its outcome. Press Ctrl-C again to leave without knowing it.",
    );
  context.signal.addEventListener("abort", onAbort);
  try {
    return await sending;
  } catch (error) {
    if (!(error instanceof OrderOutcomeUnknownError)) throw error;
    context.notice(`${error.message} Looking for it, for up to 15 s.`);
    context.progress({ label: "looking for the order", done: 0 });
    const found = await lookUp(error);
    if (found !== null) return found;
    throw new ConnectionError("The order was not placed: no such order appeared within 15 s after it was sent.", {
      code: "ORDER_NOT_PLACED",
      retryable: true,
      cause: error,
    });
  } finally {
    context.signal.removeEventListener("abort", onAbort);
  }
}

async function lookUp(error: OrderOutcomeUnknownError): Promise<Order | null> {
  try {
    return await error.reconcile();
  } catch (problem) {
    if (problem instanceof Error && problem.name === "OrderOutcomeUndecidedError") throw problem;
    // The lookup's own error, such as no connection, is not the order's outcome.
    throw new OrderOutcomeUnknownError(`The order was sent, but its outcome is unknown. ${RECONCILE}`, {
      code: error.code,
      status: error.status ?? undefined,
      attempts: error.attempts,
      cause: problem,
      find: (options) => error.reconcile(options),
      record: () => error.record,
    });
  }
}

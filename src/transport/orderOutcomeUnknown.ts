import type { Order, OrderIntent } from "../endpoints/index.ts";
import { OrderError, type ErrorFields } from "../errors/index.ts";

/** Limits of a search for an order. */
export interface ReconcileOptions {
  /** Ends the search with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the search; default what remains of `wait`, and the client's timeout. */
  readonly timeout?: number | undefined;
  /** How long after the order was sent it must not have been found before the answer is null, in milliseconds; default 15 000. */
  readonly wait?: number | undefined;
}

type Find = (options?: ReconcileOptions) => Promise<Order | null>;

/**
 * The order was sent, but no usable answer came: it may or may not exist. The client does not send it again;
 * {@link OrderOutcomeUnknownError.reconcile} finds out. After an abort, `cause` is the signal's own reason.
 *
 * @example
 * ```ts
 * try {
 *   await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
 * } catch (error) {
 *   if (!(error instanceof OrderOutcomeUnknownError)) throw error;
 *   const order = await error.reconcile();
 *   console.log(order === null ? "not found within 15 s" : `placed as ${order.orderId}`);
 * }
 * ```
 */
export class OrderOutcomeUnknownError extends OrderError {
  override readonly name = "OrderOutcomeUnknownError";
  readonly #find: Find;
  readonly #record: () => OrderIntent;

  constructor(message: string, fields: ErrorFields & { readonly find: Find; readonly record: () => OrderIntent }) {
    super(message, fields);
    this.#find = fields.find;
    this.#record = fields.record;
  }

  /** The order as plain JSON, for `client.reconcile(record)` in another process. It holds no secret. */
  get record(): OrderIntent {
    return this.#record();
  }

  /**
   * Looks for the order that this call placed: one with the same symbol, side, type, quantity and price that no other
   * call of this client placed. Works after `client.close()`, and can be called again: a longer `wait` looks again. Equal
   * orders of other clients of the same agent can be mistaken for it.
   *
   * @returns the order; or null when none was found until `wait` milliseconds after it was sent. A request that the
   * network holds back for longer can still arrive later.
   * @throws {@link OrderOutcomeUndecidedError} when several orders can be this one
   * @throws the errors of `listOrders`; then nothing is known yet
   */
  reconcile(options?: ReconcileOptions): Promise<Order | null> {
    return this.#find(options);
  }
}

/** It cannot be decided whether an order exists: {@link OrderOutcomeUndecidedError.candidates} has what was found. */
export class OrderOutcomeUndecidedError extends OrderError {
  override readonly name = "OrderOutcomeUndecidedError";
  /** Orders of which any, or none, can be the one that was looked for; oldest first. */
  readonly candidates: readonly Order[];

  constructor(message: string, fields: ErrorFields & { readonly candidates: readonly Order[] }) {
    super(message, fields);
    this.candidates = fields.candidates;
  }
}

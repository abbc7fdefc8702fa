import type { Order, OrderIntent } from "../endpoints/index.ts";
import { OrderError, type ErrorFields } from "../errors/index.ts";

/** Options of `reconcile()`. */
export interface ReconcileOptions {
  /** Aborts the search with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole search; default: the remaining `wait` plus the client's timeout, which counts as at least 30 s. */
  readonly timeout?: number | undefined;
  /** Milliseconds after sending for which an order may still appear; `reconcile()` returns null only after that. Default 15 000. */
  readonly wait?: number | undefined;
}

/**
 * The order was sent, but no usable response arrived, so it may or may not exist. The client does not send it again;
 * {@link OrderOutcomeUnknownError.reconcile} finds out whether it exists. After an abort, `cause` is the signal's own reason.
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
  readonly #find: (options?: ReconcileOptions) => Promise<Order | null>;
  readonly #record: () => OrderIntent;

  constructor(
    message: string,
    fields: ErrorFields & {
      readonly find: (options?: ReconcileOptions) => Promise<Order | null>;
      readonly record: () => OrderIntent;
    },
  ) {
    super(message, fields);
    this.#find = fields.find;
    this.#record = fields.record;
  }

  /** The order as plain JSON, for `client.reconcile(record)` in another process. It contains no secrets. */
  get record(): OrderIntent {
    return this.#record();
  }

  /**
   * Looks for the order that this call placed: one with the same symbol, side, type, quantity and price that no other
   * call of this client placed. Works after `client.close()`. Can be called again, for example with a longer `wait`. An
   * equal order of another client of the same agent can be mistaken for it.
   *
   * @returns the order, or null if none was found until `wait` milliseconds after it was sent. A request that the
   * network delays for longer can still arrive later.
   * @throws {@link OrderOutcomeUndecidedError} if several orders can be this one
   * @throws the errors of `listOrders`; the outcome is then still unknown
   */
  reconcile(options?: ReconcileOptions): Promise<Order | null> {
    return this.#find(options);
  }
}

/** `reconcile()` cannot decide which of several equal orders was placed, if any. See {@link OrderOutcomeUndecidedError.candidates}. */
export class OrderOutcomeUndecidedError extends OrderError {
  override readonly name = "OrderOutcomeUndecidedError";
  /** The orders that can be the one in question, oldest first. It may also be none of them. */
  readonly candidates: readonly Order[];

  constructor(message: string, fields: ErrorFields & { readonly candidates: readonly Order[] }) {
    super(message, fields);
    this.candidates = fields.candidates;
  }
}
